# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: break_glass_drill
short_description: Prove that one host could be repaired, without changing it
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Tries everything M(fractalops.infra.break_glass_repair) needs on a bad night, and changes nothing on the host.
  - The bundle verifies for this host now, its identity opens it, and it holds every ref of the host; ssh and the way
    through the node both answer; the host answers through its node; the break-glass logs of host and controller hold.
  - Fails when a part does not work. The drill is a line of the break-glass log either way, and the bundle stays good.
extends_documentation_fragment:
  - fractalops.infra.attributes.host
  - fractalops.infra.break_glass_order
options:
  bundle:
    description: A sealed bundle of M(fractalops.infra.break_glass_bundle); without one the drill fails.
    type: path
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.host]
  check_mode:
    support: full
    description: The same as without; the host is never changed, and the drill is recorded.
  diff_mode:
    support: none
    description: Nothing is changed.
  action:
    support: full
    description: Judges the order and the bundle on the controller, then looks at the host.
requirements:
  - pipelining
  - pyrage and cryptography on the controller
seealso:
  - module: fractalops.infra.break_glass_repair
  - module: fractalops.infra.break_glass_bundle
"""

EXAMPLES = r"""
- name: Prove once a quarter that this host could be repaired
  fractalops.infra.break_glass_drill:
    asset: "{{ inventory_hostname }}"
    reason: Q4 drill
    operator: on-call
    expires: "2026-11-21T05:00:00Z"
    log_file: /var/log/fractalops/break-glass.jsonl
    hosts: "{{ groups.kind_lxc }}"
    nodes: "{{ hostvars.control_plane.topology_nodes }}"
    document: "{{ host_document }}"
    bundle: /media/safe/worker.bundle
    identity: /media/safe/identity
    break_glass: "{{ hostvars.control_plane.topology_break_glass }}"
"""

RETURN = r"""
checks:
  description: Every part and whether it works.
  type: list
  elements: dict
  returned: when the order was accepted
  sample: [{"check": "way in by attach", "ok": true, "why": null}]
rungs:
  description: Every way in that was tried.
  type: list
  elements: dict
  returned: when the order was accepted
  sample: [{"rung": "ssh", "open": true, "why": null}]
head:
  description: The end of the break-glass log of the controller after this run; keep it elsewhere too.
  type: str
  returned: when the order was accepted
  sample: 12 5f2d0c
"""
