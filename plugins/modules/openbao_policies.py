# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: openbao_policies
short_description: Write the policies of a topology into OpenBao
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - Derives one policy per host, per cluster, for the controller, for status, for writing, for the fleet and for its
    devices, from who references which secret, and brings the server to them. Each allows exact paths only.
  - A policy is ours when its name starts with C(openbao.administration.prefix), has a form we give, and its first line
    names the prefix. One that lacks that line in the place of ours is refused, all others are left alone.
  - Each policy is judged before it is written. No policy of ours may hold a wildcard, sudo, C(sys/), C(identity/),
    C(auth/token) beyond its own token, a template but for the caller's own name, or a capability twice or misspelt.
  - Refuses a credential that may also write the auth roles of the topology, unless C(openbao.namespace) is set. With
    inline auth it finds out by writes the server cannot accept, which the audit log shows.
  - Each policy is written by check-and-set. What somebody else changed since the plan was made is not written over.
  - The role needs C(list) on C(sys/policies/acl), C(create), C(read), C(update) and C(delete) on our names below it,
    and C(read) on C(sys/auth) if there are devices.
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
    description: Whether policies of ours should exist. V(absent) removes all, whatever O(delete_percent) says.
    type: str
    choices: [present, absent]
    default: present
  delete_percent:
    description:
      - Refuse a plan that removes more than this share of our policies.
      - Ten may always be removed.
    type: int
    default: 50
  stale:
    description:
      - What happens to policies of ours that left the topology.
      - V(keep) leaves them, V(remove) removes them, V(remove_only) removes them and changes nothing else, for after the
        roles that had them are gone.
    type: str
    choices: [keep, remove, remove_only]
    default: remove
  lint_others:
    description: Judge every other policy too that the credential may read. Nothing is ever done about them.
    type: bool
    default: false
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.openbao, fractalops.infra.topology]
  diff_mode:
    support: full
    description: Shows each policy before and after, in HCL.
  idempotent:
    support: full
    description: A policy in order is not written.
"""

EXAMPLES = r"""
- name: Review what a change of the topology lets whom read
  fractalops.infra.openbao_policies:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/openbao-policies.json
    topology: "{{ topology_source }}"
  check_mode: true
  diff: true

- name: Say what is wrong with the policies of others
  fractalops.infra.openbao_policies:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/openbao-policies.json
    topology: "{{ topology_source }}"
    lint_others: true
  check_mode: true
  register: judged

- name: Remove everything of this environment, after its auth roles
  fractalops.infra.openbao_policies:
    openbao: "{{ topology_openbao }}"
    openbao_credentials_file: /etc/fractalops/openbao-policies.json
    topology: "{{ topology_source }}"
    state: absent
"""

RETURN = r"""
counts:
  description: How many policies were created, updated, deleted and left alone. In check mode, what would be.
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
  description: One entry per policy of the plan.
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
      sample: fractalops-lab-host-web-1
    before:
      description: What is there, as text.
      returned: always
      type: str
      sample: ""
    after:
      description: What will be there, as text.
      returned: always
      type: str
      sample: "path \"secret/data/runtime/postgres\" {\n  capabilities = [\"read\"]\n}\n"
  sample:
    - before_header: /dev/null
      after_header: fractalops-lab-host-web-1
      before: ""
      after: "path \"secret/data/runtime/postgres\" {\n  capabilities = [\"read\"]\n}\n"
findings:
  description: What is wrong with which policy, where, and what to do. Empty for ours.
  returned: success
  type: list
  elements: str
  sample:
    - "policy 'admins' line 3:1: '*' in 'secret/*' allows what nobody has named; write each path"
"""
