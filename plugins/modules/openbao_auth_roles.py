# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_auth_roles
short_description: Write the auth roles of a topology into OpenBao
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Derives AppRole roles for the controller, for status and for writing, a Kubernetes role per cluster bound to exactly
    the namespaces that use secrets, and JWT roles of the fleet and its devices, and brings the server to them.
  - An AppRole role is ours by its name. A Kubernetes or JWT role is ours when all its policies are; one that has others
    is refused. Roles of ours that the topology no longer wants are removed, at the mounts it names.
  - Only what the topology says is compared and written. An operator may narrow a role further, for instance by bound
    CIDRs. No secret_id is ever made or read.
  - Refuses a credential that may also write the policies of the topology, unless C(openbao.namespace) is set. With
    inline auth it finds out by writes the server cannot accept, which the audit log shows.
  - The role needs C(list) on C(auth/<mount>/role) of each mount, and C(create), C(read), C(update) and C(delete) on the
    roles below it.
extends_documentation_fragment:
  - fractalops.infra.attributes.plan
  - fractalops.infra.openbao
  - fractalops.infra.attributes.controller
options:
  topology:
    description: Topology file, or folder of files, on the controller. It declares C(openbao.administration).
    type: path
    required: true
  state:
    description: Whether auth roles of ours should exist. V(absent) removes all, whatever O(delete_percent) says.
    type: str
    choices: [present, absent]
    default: present
  delete_percent:
    description:
      - Refuse a plan that removes more than this share of our auth roles.
      - Ten may always be removed.
    type: int
    default: 50
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
  diff_mode:
    support: full
    description: Shows the settings of each role we answer for, as JSON.
  idempotent:
    support: full
    description: A role in order is not written, whatever the spelling of the server.
"""

EXAMPLES = r"""
- name: Bind the policies of the topology to those who log in
  fractalops.infra.openbao_auth_roles:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/openbao-roles.json
    topology: "{{ topology_source }}"

- name: Take the roles of an environment away, before its policies
  fractalops.infra.openbao_auth_roles:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/openbao-roles.json
    topology: "{{ topology_source }}"
    state: absent
"""

RETURN = r"""
counts:
  description: How many auth roles were created, updated, deleted and left alone. In check mode, what would be.
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
  description: One entry per auth role of the plan.
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
      sample: auth/jwt/role/device
    before:
      description: What is there, as text.
      returned: always
      type: str
      sample: ""
    after:
      description: What will be there, as text.
      returned: always
      type: str
      sample: "{\n  \"token_ttl\": 900\n}\n"
  sample:
    - before_header: /dev/null
      after_header: auth/jwt/role/device
      before: ""
      after: "{\n  \"token_ttl\": 900\n}\n"
"""
