# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_kv_secret
short_description: Write, patch or remove one secret in OpenBao
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Brings one secret of a KV v2 mount to the values given, or removes it. Values are compared in memory and never
    shown, in no verbosity, diff, result or error.
  - Every write names the version it follows. When somebody else has written in between, the secret is read and planned
    again, once; after a second conflict the task fails and nothing of it is written.
  - The role needs C(read) on the data and metadata of the path, and C(create), C(update), C(patch) or C(delete) as the
    state asks.
extends_documentation_fragment:
  - fractalops.infra.attributes.secrets
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  path:
    description: Path of the secret below the mount.
    type: str
    required: true
  state:
    description:
      - V(present) makes the secret hold exactly the keys given; others go.
      - V(patched) sets the keys given and leaves others as they are.
      - V(absent) deletes the newest version, which can be undeleted.
    type: str
    choices: [present, patched, absent]
    default: present
  values:
    description:
      - Key to value. Values are text and not empty.
      - Take them from where they are safe, such as a file or a vaulted variable, never from the playbook itself, since
        Ansible quotes the lines of a task that fails.
    type: dict
    default: {}
  copied_from:
    description: Key to the ref, C(bao://<mount>/<path>#<key>[@<version>]), whose value it gets.
    type: dict
    default: {}
  history:
    description: With state V(absent), whether older versions and metadata stay. What is V(removed) is gone for good.
    type: str
    choices: [kept, removed]
    default: kept
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao]
  idempotent:
    support: full
    description: A secret whose values are equal is not written, and gets no version.
seealso:
  - module: fractalops.infra.openbao_generated_secret
    description: For values that nobody has to know.
"""

EXAMPLES = r"""
- name: Give the database its user name beside the generated password
  fractalops.infra.openbao_kv_secret:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    path: runtime/postgres
    state: patched
    values: {username: fractalops}

- name: Let the portal have the token under a path of its own
  fractalops.infra.openbao_kv_secret:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    path: runtime/portal
    state: patched
    copied_from: {github-token: "bao://secret/integrations/github#token"}

- name: Retire a secret; it can be undeleted
  fractalops.infra.openbao_kv_secret:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    path: runtime/old-worker
    state: absent
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
keys:
  description: Names of the keys the secret holds, or in check mode would hold.
  returned: success
  type: list
  elements: str
  sample: [password, username]
secret:
  description: The secret, as a ref without key.
  returned: success
  type: str
  sample: bao://secret/runtime/postgres
version:
  description: Its newest version; 0 when it is absent.
  returned: success
  type: int
  sample: 2
"""
