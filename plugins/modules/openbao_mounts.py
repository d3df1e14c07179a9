# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_mounts
short_description: Make the mounts of a topology in OpenBao
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Makes the KV version 2 mount of the topology and every auth mount it names, if they are missing, and sets what
    C(openbao.administration) says of the KV mount (C(max_versions), C(cas_required)) and nothing else.
  - Refuses a mount of another type, and KV version 1. Never removes a mount, since all that is in it would go with it.
  - How an auth mount trusts a cluster or an issuer is an operator's to say; it is neither read nor written.
  - The role needs C(read) on C(sys/mounts) and C(sys/auth), C(create) and C(update) on each mount below them, C(sudo)
    besides on those below C(sys/auth), and C(read) and C(update) on C(config) of the KV mount.
extends_documentation_fragment:
  - fractalops.infra.attributes.plan
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  topology:
    description: Topology file, or folder of files, on the controller. It declares C(openbao.administration).
    type: path
    required: true
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
  diff_mode:
    support: full
    description: Shows each mount before and after.
  idempotent:
    support: full
    description: A mount in order is not written.
"""

EXAMPLES = r"""
- name: See which mounts a new environment lacks
  fractalops.infra.openbao_mounts:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/openbao-policies.json
    topology: "{{ topology_source }}"
  check_mode: true
  diff: true
"""

RETURN = r"""
counts:
  description: How many mounts were created, updated, deleted and left alone. In check mode, what would be.
  returned: success
  type: dict
  contains:
    created:
      description: How many were made.
      returned: success
      type: int
      sample: 2
    updated:
      description: How many were changed.
      returned: success
      type: int
      sample: 1
    deleted:
      description: How many were removed.
      returned: success
      type: int
      sample: 0
    unchanged:
      description: How many were in order.
      returned: success
      type: int
      sample: 7
  sample: {created: 2, updated: 1, deleted: 0, unchanged: 7}
diff:
  description: One entry per mount of the plan.
  returned: success
  type: list
  elements: dict
  contains:
    before_header:
      description: Name of what is there, or C(/dev/null).
      returned: always
      type: str
      sample: /dev/null
    after_header:
      description: Name of what will be there, or C(/dev/null).
      returned: always
      type: str
      sample: sys/auth/jwt
    before:
      description: What is there, as text.
      returned: always
      type: str
      sample: ""
    after:
      description: What will be there, as text.
      returned: always
      type: str
      sample: "{\n  \"type\": \"jwt\"\n}\n"
  sample:
    - before_header: /dev/null
      after_header: sys/auth/jwt
      before: ""
      after: "{\n  \"type\": \"jwt\"\n}\n"
"""
