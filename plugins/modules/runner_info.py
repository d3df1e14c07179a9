# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: runner_info
short_description: Say under which runner a play is, and which environment variables hand it tokens
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Looks at the names of the controller's environment variables, never at a value.
  - A token in the environment of a job shows in C(/proc), in every child process and often in the runner's own record
    of the job. A play can refuse to start with one, as the playbook C(preflight) does by O(refuse_tokens).
extends_documentation_fragment:
  - fractalops.infra.attributes.controller
  - fractalops.infra.attributes.info
options:
  refuse_tokens:
    description: Fail when a runner hands this job a token in its environment. A person at a shell may have one.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Ask who runs this
  fractalops.infra.runner_info:
  register: job

- name: End a job that was handed a token
  fractalops.infra.runner_info:
    refuse_tokens: true

- name: Take credentials from a file only, also at a shell
  ansible.builtin.assert:
    that: not job.token_variables
    fail_msg: "unset {{ job.token_variables | join(', ') }}"
"""

RETURN = r"""
runner:
  description: C(awx) for AWX and Automation Platform, C(semaphore), C(ansible-runner), or null.
  returned: success
  type: str
  sample: awx
token_variables:
  description: Names of environment variables that are for a token or secret_id of OpenBao, sorted.
  returned: success
  type: list
  elements: str
  sample: [BAO_TOKEN]
"""
