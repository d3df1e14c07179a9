# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_generated_secret
short_description: Make keys of a secret in OpenBao by recipes, once
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Makes passwords and key pairs straight into a KV v2 secret. What is there is never made again, unless O(rotate) asks
    for it. Nobody sees the values, and the role needs no C(read) on data.
  - The recipes of key pairs write the private half at C(<key>) and the public half, recipient or certificate at
    C(<key>_public).
  - The first version is written with check-and-set 0; further keys are patched in behind the version that was seen.
    When somebody else has written in between, the secret is read and planned again, once.
  - The role needs C(create) and C(patch) on data, C(read) on metadata and C(read) on subkeys of the path.
requirements:
  - cryptography, for C(ssh_key) and C(tls)
  - pyrage, for C(age)
  - nkeys, for C(nkey)
extends_documentation_fragment:
  - fractalops.infra.attributes.secrets
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  path:
    description: Path of the secret below the mount.
    type: str
    required: true
  recipes:
    description: What to make. When empty, what O(topology) declares for this path.
    type: list
    elements: dict
    default: []
    suboptions:
      key:
        description: Key of the secret.
        type: str
        required: true
      type:
        description: What is made.
        type: str
        required: true
        choices: [age, nkey, password, ssh_key, tls]
      length:
        description: Characters of a password, 16 to 256; 32 when not given.
        type: int
      alphabet:
        description: Characters of a password; V(letters-digits) when not given.
        type: str
        choices: [letters-digits, hex, base64url]
      kind:
        description: Role of an NKey; V(user) when not given.
        type: str
        choices: [user, account, operator, server]
      common_name:
        description: Name in the certificate; needed for C(tls).
        type: str
      names:
        description: Further names and IP addresses of the certificate.
        type: list
        elements: str
      valid_days:
        description: Days the certificate is valid; 90 when not given.
        type: int
  rotate:
    description: Keys to make again although they are there. Needs O(topology), which says who has to follow.
    type: list
    elements: str
    default: []
  topology:
    description: Topology file, or folder of files, on the controller.
    type: path
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
  idempotent:
    support: partial
    description: Without O(rotate) a second run changes nothing; a rotation is a rotation each time it is asked for.
seealso:
  - module: fractalops.infra.openbao_scopes
    description: Does this for every secret a topology declares.
"""

EXAMPLES = r"""
- name: Make the password of the database, once
  fractalops.infra.openbao_generated_secret:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    path: runtime/postgres
    recipes:
      - {key: password, type: password, length: 40}

- name: Rotate it, and see which hosts and clusters have to follow
  fractalops.infra.openbao_generated_secret:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/writer.json
    topology: "{{ topology_source }}"
    path: runtime/postgres
    rotate: [password]
  register: rotated
"""

RETURN = r"""
consumers:
  description: Everything in the topology that uses the secret, when it changed and O(topology) is given.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: C(host), C(cluster), C(control_plane) or C(fleet).
      returned: always
      type: str
      sample: host
    name:
      description: Host or cluster.
      returned: always
      type: str
      sample: api-1
    unit:
      description: What reads it there, a systemd unit, C(namespace/workload), or a path of the topology.
      returned: always
      type: str
      sample: fractalops-api.service
    ref:
      description: The ref it uses.
      returned: always
      type: str
      sample: bao://secret/runtime/postgres#password
    follows:
      description: False for a ref that pins a version.
      returned: always
      type: bool
      sample: true
    is_new_value:
      description: False where another key of the secret changed.
      returned: always
      type: bool
      sample: true
  sample: []
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
generated:
  description: Keys that were made, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [password]
secret:
  description: The secret, as a ref without key.
  returned: success
  type: str
  sample: bao://secret/runtime/postgres
version:
  description: Its newest version.
  returned: success
  type: int
  sample: 3
"""
