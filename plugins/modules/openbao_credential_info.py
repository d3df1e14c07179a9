# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_credential_info
short_description: Refuse a credential that is wrong or too broad before work begins
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Proves to OpenBao who the controller is, once, and fails in plain words when that is not believed.
  - Refuses root, and what amounts to it, such as a policy on every path; the error names the capability.
  - The playbook C(fractalops.infra.preflight) asks this before the first host is touched.
  - Inline auth has no token whose capabilities could be asked for. Such a credential is judged by what it is denied
    at names that exist nowhere; the audit log of the server shows these requests, and nothing is changed.
extends_documentation_fragment:
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao]
  check_mode:
    support: full
    description: Changes nothing.
  diff_mode:
    support: none
    description: Nothing changes.
  idempotent:
    support: full
    description: Asking again gives the same answer.
seealso:
  - module: fractalops.infra.openbao_secret_id
"""

EXAMPLES = r"""
- name: Refuse to go on with a credential that may do anything
  fractalops.infra.openbao_credential_info:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: "{{ openbao_credentials_file }}"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
server:
  description: Address of the server that was asked.
  returned: success
  type: str
  sample: https://bao.example:8200
"""
