#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say whether the units of a host do their work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_health_info
short_description: Say whether every unit of a host is in its state and healthy by its own check
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Asks the units of the generation that runs, the confirmed one or the one on trial, and nothing else on the host.
    Which units there are and where they answer was declared in the topology and is part of the generation, so there
    is no option to ask anything else.
  - A unit must be in the state it should be in. One that runs and has a check of its health must be healthy by it, at a
    URL, a port, a local socket, by a command or by what it told systemd. Of a job that others start the last run must
    have succeeded.
  - What was declared must be in force for its process by the kernel, since systemd shows what it left out as well.
  - Each unit is asked once. Waiting is for activations, see M(fractalops.infra.host_generation).
extends_documentation_fragment:
  - fractalops.infra.attributes.host
  - fractalops.infra.attributes.info
  - fractalops.infra.answer
options: {}
requirements:
  - systemd 252 or newer and Python 3.9 or newer on the host
seealso:
  - module: fractalops.infra.endpoint_health_info
  - module: fractalops.infra.host_generation_info
"""

EXAMPLES = r"""
- name: Ask a host how its units are
  fractalops.infra.host_health_info:
  register: health

- name: Go on only when all of them work
  ansible.builtin.assert:
    that: health.units | rejectattr('state', 'eq', 'healthy') | length == 0
    fail_msg: "{{ health.units | map(attribute='why') | select | join('; ') }}"
"""

RETURN = r"""
generation:
  description: Id of the generation that runs.
  type: str
  returned: success
  sample: 3f1c9a0be2d45577
units:
  description: Every unit of that generation, by name.
  type: list
  elements: dict
  returned: success
  contains:
    unit:
      description: Name of the unit.
      type: str
      returned: always
      sample: worker.service
    state:
      description: C(healthy) or C(unhealthy).
      type: str
      returned: always
      sample: healthy
    url:
      description: Health URL that was asked; null when the unit has none, is to be stopped, or is not up.
      type: str
      returned: always
      sample: http://127.0.0.1:8080/healthz
    asked:
      description: How it was asked, in words; null when it was not.
      type: str
      returned: always
      sample: tcp 127.0.0.1:6379
    why:
      description: What is wrong; null when nothing is.
      type: str
      returned: always
      sample: null
    note:
      description: What is worth knowing and no fault, such as a job that did not run yet; null when nothing is.
      type: str
      returned: always
      sample: did not run since the host was started
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.host.health.unit_health import (
    running_generation,
    unit_health,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout


def run(layout: Layout) -> dict[str, object]:
    """Generation and health of its units as plain data."""
    generation = running_generation(layout)
    return {"generation": generation.id, "units": [one.data() for one in unit_health(layout, generation)]}


def main() -> None:
    """Answer Ansible."""
    module = AnsibleModule({}, supports_check_mode=True)
    try:
        result = run(Layout())
    except HostError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
