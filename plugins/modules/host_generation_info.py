#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say where a host is and how it differs from its confirmed generation."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_generation_info
short_description: Say which generation a host boots and runs, what happened before, and where it has drifted
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Compares the confirmed generation with the host as parsers read it. Comments, blank lines, spacing and the order of
    directives of a unit file are no drift; a directive with another value is.
  - A broken host is an answer, too. What cannot be read is a finding and never the end of the module.
  - Secrets are neither read nor decrypted for anybody. Credentials are named by their pinned refs, and values of
    directives that may hold secrets are not shown when somebody changed them.
  - While an activation is open, the host is between two generations and only that is reported.
extends_documentation_fragment:
  - fractalops.infra.attributes.host
  - fractalops.infra.attributes.info
  - fractalops.infra.answer
options: {}
attributes:
  diff_mode:
    support: none
    description: Reads only; differences are the result.
requirements:
  - systemd 252 or newer and Python 3.9 or newer on the host
seealso:
  - module: fractalops.infra.host_generation
  - plugin: fractalops.infra.drift_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Ask a host where it is
  fractalops.infra.host_generation_info:
  register: host

- name: Refuse to go on when somebody changed it by hand
  ansible.builtin.assert:
    that: not host.findings
    fail_msg: "{{ host.findings | map(attribute='subject') | join(', ') }}"

- name: Say what a rollback would go back to
  ansible.builtin.debug:
    msg: "{{ host.confirmed }} -> {{ host.previous }}"
"""

RETURN = r"""
confirmed:
  description: Id of the generation the host boots; null on a host without one.
  type: str
  returned: always
  sample: 3f1c9a0be2d45577
running:
  description: Id of the generation on trial while an activation is open, else the confirmed one.
  type: str
  returned: always
  sample: 3f1c9a0be2d45577
previous:
  description: Id of the generation that was confirmed before this one; null when there was none.
  type: str
  returned: always
  sample: 91be07cc2fd3a410
transaction:
  description: The open activation, with its stage, owner, reason, age and the seconds left to confirm it; or null.
  type: dict
  returned: always
  sample: null
generations:
  description: Generations the host keeps, newest first. C(problem) says why one cannot be gone back to, or is null.
  type: list
  elements: dict
  returned: always
  sample: [{"id": "3f1c9a0be2d45577", "confirmed_at": "2026-11-21T03:10:44Z", "problem": null}]
history:
  description: The last twenty events, oldest first, with who (C(owner)), when (C(time)) and why.
  type: list
  elements: dict
  returned: always
  sample:
    - event: confirmed
      generation: 3f1c9a0be2d45577
      previous: 91be07cc2fd3a410
      owner: ops@control pid 4711
      time: "2026-11-21T03:10:44Z"
      why: null
      reason: null
findings:
  description: Where the host is not as its confirmed generation says; empty when it is.
  type: list
  elements: dict
  returned: always
  contains:
    kind:
      description:
        - One of C(generation), C(transaction), C(unit-file), C(drop-in), C(accounts), C(config-file), C(credential),
          C(mode), C(link), C(leftover), C(process), C(property), C(not-in-force), C(state), C(release),
          C(unknown-unit) and C(unreadable).
      type: str
      returned: always
      sample: property
    subject:
      description: The path, unit, or unit and property.
      type: str
      returned: always
      sample: worker.service ProtectSystem
    expected:
      description: What the generation says; null where there should be nothing.
      type: str
      returned: always
      sample: strict
    found:
      description: What the host has; null where there is nothing.
      type: str
      returned: always
      sample: "no"
    next:
      description: What somebody does about it; null when the next run of C(site) mends it.
      type: str
      returned: always
      sample: systemctl daemon-reload && systemctl restart worker.service on the host
kept:
  description: Drop-ins of administrators over our units. They are kept and are no drift.
  type: list
  elements: str
  returned: always
  sample: [/etc/systemd/system/worker.service.d/memory.conf]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.drift import drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import told, way_out
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.status import status
from ansible_collections.fractalops.infra.plugins.module_utils.release import release_drift


def run(layout: Layout) -> dict[str, object]:
    """Status and drift as plain data."""
    found = drift(layout, release_drift.releases)
    return {**status(layout), "findings": [one.data() for one in found.findings], "kept": found.kept}


def main() -> None:
    """Answer Ansible."""
    module = AnsibleModule({}, supports_check_mode=True)
    try:
        result = run(Layout())
    except OSError as error:
        module.fail_json(msg=f"{told(error)}; nothing was changed; {way_out(error)}")
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
