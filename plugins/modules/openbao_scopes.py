# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_scopes
short_description: Bring secrets in OpenBao to what a topology declares
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - For every secret under C(openbao.scopes[*].secrets), makes the keys that have a recipe and are missing, and lists
    those that have none and are missing, which somebody must write. With any of these the task fails, after what could
    be made was made.
  - Never makes a key again and never reads a value. Secrets the topology does not declare are not looked at.
  - The role needs C(create) and C(patch) on data, C(read) on metadata and C(read) on subkeys of the scopes.
extends_documentation_fragment:
  - fractalops.infra.topology
  - fractalops.infra.attributes.secrets
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  scopes:
    description: Names of scopes; all when empty. An unknown one is an error that gives the closest.
    type: list
    elements: str
    default: []
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
  idempotent:
    support: full
    description: What is there stays as it is.
"""

EXAMPLES = r"""
- name: Make the secrets of a new environment, and see which ones are for people to write
  fractalops.infra.openbao_scopes:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    topology: "{{ topology_source }}"

- name: Only the scope of the fleet
  fractalops.infra.openbao_scopes:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    topology: "{{ topology_source }}"
    scopes: [fleet]
"""

RETURN = r"""
diff:
  description: One entry per secret of the plan. Names of keys and versions only, never a value.
  returned: success
  type: list
  elements: dict
  sample:
    - before_header: /dev/null
      after_header: bao://secret/runtime/postgres
      before: ""
      after: "version 1\n  password  (new value)\n"
missing:
  description: Refs of keys that are declared, missing and without recipe.
  returned: always, unless the task was given wrong options
  type: list
  elements: str
  sample: ["bao://secret/runtime/postgres#username"]
secrets:
  description: Every declared secret of the scopes, sorted by path.
  returned: always, unless the task was given wrong options
  type: list
  elements: dict
  contains:
    secret:
      description: The secret, as a ref without key.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres
    scope:
      description: Scope that declares it.
      returned: always
      type: str
      sample: runtime
    version:
      description: Newest version; 0 when there is none.
      returned: always
      type: int
      sample: 1
    generated:
      description: Keys that were made, or in check mode would be.
      returned: always
      type: list
      elements: str
      sample: [password]
    missing:
      description: Refs of keys that somebody must write.
      returned: always
      type: list
      elements: str
      sample: []
  sample:
    - {secret: "bao://secret/runtime/postgres", scope: runtime, version: 1, generated: [password], missing: []}
"""
