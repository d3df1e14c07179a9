#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repair one host over the first way in that works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: break_glass_repair
short_description: Repair one host over the first way in that works
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Break-glass for one LXC host. Takes an order that says who repairs what, why and until when, and refuses it before
    anything is touched when it lacks something.
  - Tries the ways into the host in their order, ssh, then through its node into the running container, then into the
    root file system of the stopped container, and says of each why it was not taken. The topology says how a node
    reaches into its containers.
  - Repairs over the first way that works. A running host is switched under the same dead man's switch and with the same
    confirm as by M(fractalops.infra.host_generation). When ssh was dead, it is started first, and when it does not
    start, the task says what C(sshd -t) says. A stopped host gets its generation in its root file system, is booted,
    and is then judged like a running one.
  - Secrets are read from OpenBao; when that is down or sealed, from a sealed bundle that is verified for this host now.
  - Every attempt, refusal and result is a line of the break-glass log on the controller, and on the host when it can be
    reached. Refs and versions are recorded, never a value.
extends_documentation_fragment:
  - fractalops.infra.attributes.host
  - fractalops.infra.break_glass_order
options:
  repair:
    description:
      - V(converge) brings the host to the generation of its topology.
      - V(restart) restarts the services of the generation it has, and needs no secret.
      - V(rollback) brings it to O(generation), which it has kept, and needs no secret.
    type: str
    choices: [converge, restart, rollback]
    default: converge
  generation:
    description: Id of the older generation, or V(previous); for O(repair=rollback) alone.
    type: str
  templates:
    description: Folder on the controller with the unit templates C(service.j2) and C(dropin.j2).
    type: path
    required: true
  openbao:
    description: Where OpenBao is, as the inventory plugin puts it in C(topology_openbao) of the host C(control_plane).
    type: dict
    required: true
  openbao_credentials_file:
    description: File on the controller that proves who it is to OpenBao. Only its owner may read it.
    type: path
  bundle:
    description: A sealed bundle of M(fractalops.infra.break_glass_bundle), for when OpenBao is down.
    type: path
attributes:
  check_mode:
    support: full
    description:
      - Tries the ways in and plans; the host is looked at, not changed. The break-glass log says that it was a check.
  diff_mode:
    support: full
    description: Shows what the host would be switched to, as M(fractalops.infra.host_generation) does.
  action:
    support: full
    description: Judges the order, finds the way in and the secrets on the controller, then repairs on the host.
requirements:
  - pipelining, since without it Ansible writes module arguments to disk
  - hvac, jinja2, pyrage and cryptography on the controller
seealso:
  - module: fractalops.infra.host_generation
  - module: fractalops.infra.break_glass_bundle
"""

EXAMPLES = r"""
- name: Bring a host back whose ssh is dead, over whatever way in still works
  fractalops.infra.break_glass_repair:
    asset: "{{ inventory_hostname }}"
    reason: ssh is dead since the kernel update
    operator: on-call
    expires: "2026-11-21T05:00:00Z"
    log_file: /var/log/fractalops/break-glass.jsonl
    hosts: "{{ groups.kind_lxc }}"
    nodes: "{{ hostvars.control_plane.topology_nodes }}"
    document: "{{ host_document }}"
    templates: /srv/templates
    openbao: "{{ hostvars.control_plane.topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/controller.json
"""

RETURN = r"""
rungs:
  description: Every way in that was tried, in its order, and why it was not taken; the last one was.
  type: list
  elements: dict
  returned: when the order was accepted
  sample: [{"rung": "ssh", "open": false, "why": "connection refused"}, {"rung": "attach", "open": true, "why": null}]
repaired:
  description: What was done to get ssh back, and whether the container was started.
  type: list
  elements: str
  returned: when the order was accepted
  sample: ["started ssh.service"]
head:
  description: The end of the break-glass log of the controller after this run; keep it elsewhere too.
  type: str
  returned: when the order was accepted
  sample: 12 5f2d0c
generation:
  description: Id of the generation the host is on now.
  type: str
  returned: success
  sample: 3f1c9a0be2d45577
previous:
  description: Id of the generation it was on before.
  type: str
  returned: success
  sample: 91be07cc2fd3a410
"""

import json
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import stopped_host
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.service_restart import restart_services
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import ssh_daemon, systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.rollback_target import rollback_target
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import repair_log

#: What the action plugin sends: the JSON text of one step. Silent for the reasons ``host_generation`` gives.
ARGUMENTS = {"payload": {"type": "str", "required": True}}
Step = Mapping[str, Any]


def look(layout: Layout, step: Step) -> dict[str, Any]:
    """Where the host is; changes nothing."""
    confirmed = GenerationStore(layout).confirmed_id()
    return {"confirmed": confirmed, "runs": systemd.is_running(), **repair_log.look(layout, step["head"])}


def begin(layout: Layout, step: Step) -> dict[str, Any]:
    """Remember that a repair is under way."""
    return {"head": repair_log.begin(layout, step["record"])}


def note(layout: Layout, step: Step) -> dict[str, Any]:
    """Append one line to the chain of the host."""
    return {"head": repair_log.append(layout, step["event"], step["record"])}


def heal(layout: Layout, step: Step) -> dict[str, Any]:
    """Close what an ordinary run has put in order."""
    return {"healed": repair_log.heal(layout, step["generation"], step["owner"])}


def start_ssh(layout: Layout, _step: Step) -> dict[str, Any]:
    """Bring sshd back."""
    done = ssh_daemon.bring_back(layout)
    return {"changed": bool(done), "done": done}


def restart(layout: Layout, _step: Step) -> dict[str, Any]:
    """Restart what the host has."""
    return {"changed": True, "restarted": restart_services(layout)}


def switch_stopped(layout: Layout, step: Step) -> dict[str, Any]:
    """Bring a stopped host to a generation."""
    new = rollback_target(layout, step["back_to"]) if "back_to" in step else Generation.parse(step["generation"])
    if step["check"]:
        store = GenerationStore(layout)
        old = store.confirmed_id()
        changed = old != new.id or not stopped_host.is_in_order(layout, store, new)
    else:
        old, changed = stopped_host.switch(layout, new, step.get("secrets", {}), step["owner"], step["reason"])
    return {"changed": changed, "generation": new.id, "previous": old}


STEPS = {
    "look": look,
    "begin": begin,
    "note": note,
    "heal": heal,
    "start-ssh": start_ssh,
    "restart": restart,
    "switch-stopped": switch_stopped,
}


def main() -> None:
    """Answer Ansible."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    step = json.loads(module.params.pop("payload"))
    try:
        result = STEPS[step["step"]](Layout(), step)
    except HostError as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(msg=f"{error.filename}: {error.strerror}; fix it, then run again")
    module.exit_json(invocation={}, **result)


if __name__ == "__main__":
    main()
