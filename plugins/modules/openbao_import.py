# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_import
short_description: Import a file of plain-text secrets into OpenBao
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Reads path, key and value from a file, patches what differs into KV v2, reads every value back and compares it, and
    returns the file again with a ref in place of each value. No value is ever shown.
  - Other keys of a secret stay as they are. After a failure the same file is imported again, and only the rest is
    written.
  - The file is not deleted; RV(destroyable) says when it can be.
  - The role needs C(create), C(read) and C(patch) on data and C(read) on metadata of the paths.
extends_documentation_fragment:
  - fractalops.infra.attributes.secrets
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  src:
    description:
      - YAML, or JSON when named C(*.json), a mapping of paths below the mount to mappings of keys to text.
      - A regular file of the user who runs Ansible, with mode 0600 or 0400 and one link, at most 4 MiB.
    type: path
    required: true
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao]
  idempotent:
    support: full
    description: Values that are equal are not written.
"""

EXAMPLES = r"""
- name: Take the secrets out of the old values file
  fractalops.infra.openbao_import:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    src: /root/old-secrets.yml
  register: imported

- name: Keep the refs
  ansible.builtin.copy:
    content: "{{ imported.refs }}"
    dest: refs.yml
    mode: "0644"
"""

RETURN = r"""
destroyable:
  description: The file, when OpenBao holds all that it holds; empty in check mode while something differs.
  returned: success
  type: list
  elements: str
  sample: [/root/old-secrets.yml]
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
refs:
  description: The file again as YAML, with a ref in place of each value.
  returned: success
  type: str
  sample: |
    "runtime/postgres":
      "password": "bao://secret/runtime/postgres#password"
secrets:
  description: Every secret of the file, sorted by path.
  returned: success
  type: list
  elements: dict
  contains:
    secret:
      description: The secret, as a ref without key.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres
    version:
      description: Its newest version.
      returned: always
      type: int
      sample: 1
    keys:
      description: Its keys in the file.
      returned: always
      type: list
      elements: str
      sample: [password]
    is_verified:
      description: Whether every value was read back as it stands in the file.
      returned: always
      type: bool
      sample: true
  sample: []
"""
