# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_secrets_info
short_description: Say how the secrets of a topology stand, without reading one
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Looks at metadata and names of keys of every secret that a topology declares or references. The role needs C(read)
    on metadata and C(read) on subkeys, and should have nothing else.
extends_documentation_fragment:
  - fractalops.infra.topology
  - fractalops.infra.attributes.info
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  pinned_refs:
    description: Host to the refs, with versions, of the generation it runs. Hosts that are not given are not compared.
    type: dict
    default: {}
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
"""

EXAMPLES = r"""
- name: Find secrets that nobody rotated for a year
  fractalops.infra.openbao_secrets_info:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/status.json
    topology: "{{ topology_source }}"
  register: status
  failed_when: status.secrets | selectattr('age_days', 'gt', 365) | list
"""

RETURN = r"""
behind:
  description: Hosts that run with another version than the topology means now.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: Host.
      returned: always
      type: str
      sample: api-1
    ref:
      description: The ref without version.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres#password
    version:
      description: Version the host runs with.
      returned: always
      type: int
      sample: 2
    wanted:
      description: Version the topology means.
      returned: always
      type: int
      sample: 3
  sample: []
refs:
  description: Every ref of the topology, sorted.
  returned: success
  type: list
  elements: dict
  contains:
    ref:
      description: The ref.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres#password
    exists:
      description: Whether the version it means has its key.
      returned: always
      type: bool
      sample: true
    version:
      description: The version it means.
      returned: always
      type: int
      sample: 3
    newest:
      description: The newest version of its secret.
      returned: always
      type: int
      sample: 3
  sample: []
secrets:
  description: Every secret that is declared or referenced, sorted by path.
  returned: success
  type: list
  elements: dict
  contains:
    secret:
      description: The secret, as a ref without key.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres
    exists:
      description: Whether its newest version is there.
      returned: always
      type: bool
      sample: true
    version:
      description: Newest version; 0 when there is none.
      returned: always
      type: int
      sample: 3
    created:
      description: When that version was written, RFC 3339 in UTC.
      returned: always
      type: str
      sample: "2026-11-20T10:11:12.131415Z"
    age_days:
      description: Whole days since.
      returned: always
      type: int
      sample: 12
    keys:
      description: Names of its keys.
      returned: always
      type: list
      elements: str
      sample: [old, password]
    missing:
      description: Keys that are declared or referenced and not there.
      returned: always
      type: list
      elements: str
      sample: [username]
    unused:
      description: Keys that nothing references. The public half of a referenced key is not among them.
      returned: always
      type: list
      elements: str
      sample: [old]
  sample: []
"""
