# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: break_glass_bundle
short_description: Make a sealed bundle of secrets for the time without OpenBao, or verify one
version_added: 0.1.0
author:
  - FractalOps (@fractalops)
description:
  - A bundle holds the secrets of hosts, encrypted with age to the recipients of the section C(break_glass) of the
    topology, under a header in clear that says for which hosts and actions it is, which versions it holds, and until
    when it is good. Header and ciphertext are signed with Ed25519.
  - Values are read from OpenBao once, stay in the memory of the controller, and reach the disk as ciphertext only. They
    are in no result, diff, message or log.
  - Everything that is made, opened or refused is a line of the break-glass log of the controller, written before
    anything comes of it.
options:
  topology:
    description: Topology file, or folder of files, on the controller. Its section C(break_glass) is needed.
    type: path
    required: true
  path:
    description: The bundle, a file on the controller. It is replaced as a whole, with mode 0600.
    type: path
    required: true
  state:
    description:
      - V(present) makes a bundle unless the one that is there says the same, is still good for O(renew_days) and was
        not used yet. A file that is no bundle, or one that is still good and of a higher serial, is not overwritten.
      - V(verified) says whether the bundle is good for every one of O(hosts) and O(actions) now, and fails with
        RV(refusal) otherwise.
    type: str
    choices: [present, verified]
    default: present
  hosts:
    description:
      - Ids of LXC assets. With state V(present) all of them when empty.
    type: list
    elements: str
    default: []
  actions:
    description: What the bundle may be used for, or is asked about.
    type: list
    elements: str
    choices: [drill, repair]
    default: [drill, repair]
  operator:
    description: Who does this; one line. Stands in the header and in the break-glass log.
    type: str
    required: true
  reason:
    description: Why; one line. Stands in the header and in the break-glass log.
    type: str
    required: true
  log_file:
    description: Break-glass log of the controller; made when it is not there.
    type: path
    required: true
  openbao_credentials_file:
    description:
      - File on the controller with the credential of who makes bundles. It may read the secrets of the hosts and the
        signing key, and nothing is written to OpenBao.
      - Needed with state V(present).
    type: path
  identity:
    description:
      - With state V(verified), a file with an age identity, to prove that it opens the bundle. A regular file of the
        current user with mode 0600 or 0400 and one link.
      - The bundle then counts as opened, so older ones are replays for these hosts.
    type: path
  renew_days:
    description: With state V(present), how many days the bundle that is there must still be good for.
    type: int
    default: 7
extends_documentation_fragment:
  - fractalops.infra.attributes.controller
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.topology]
  check_mode:
    support: full
    description: Reads values, plans and says what the bundle would hold. With state V(verified) it is the same.
  diff_mode:
    support: full
    description: Shows the header, never a value.
  idempotent:
    support: full
    description: A bundle in order is left as it is.
requirements:
  - cryptography
  - pyrage
  - hvac and requests, with state V(present)
seealso:
  - module: fractalops.infra.break_glass_log_info
"""

EXAMPLES = r"""
- name: Keep a bundle of every host for the safe
  fractalops.infra.break_glass_bundle:
    topology: "{{ topology_source }}"
    path: /srv/break-glass/all.bundle
    operator: ops
    reason: quarterly
    log_file: /var/log/fractalops/break-glass.jsonl
    openbao_credentials_file: /etc/fractalops/bundle-maker.json

- name: Before it goes into the safe, see that it is good for a host and that this identity opens it
  fractalops.infra.break_glass_bundle:
    topology: "{{ topology_source }}"
    path: /srv/break-glass/all.bundle
    state: verified
    hosts: [worker-1]
    actions: [repair]
    operator: ops
    reason: quarterly
    log_file: /var/log/fractalops/break-glass.jsonl
    identity: /media/safe/identity.txt
"""

RETURN = r"""
bundle:
  description: The header of the bundle, or of the one that would be made. Never a value.
  returned: success
  type: dict
  contains:
    serial:
      description: Of two bundles the newer has the higher one.
      returned: success
      type: int
      sample: 1795230000
    created:
      description: When it was made, UTC.
      returned: success
      type: str
      sample: "2026-11-21T03:00:00Z"
    expires:
      description: From when on it is refused, UTC.
      returned: success
      type: str
      sample: "2026-12-26T03:00:00Z"
    hosts:
      description: Assets it is good for.
      returned: success
      type: list
      elements: str
      sample: [worker-1]
    actions:
      description: What it may be used for.
      returned: success
      type: list
      elements: str
      sample: [drill, repair]
    refs:
      description: What it holds, with versions.
      returned: success
      type: list
      elements: str
      sample: ["bao://secret/runtime/postgres#password@3"]
    recipients:
      description: Who can open it.
      returned: success
      type: list
      elements: str
      sample: [age1swaxs5j3x47yayatj3ngqfcle0qaq5c9esm8j0levq2skh2qd47qhhhy3s]
    operator:
      description: Who made it.
      returned: success
      type: str
      sample: ops
    reason:
      description: Why it was made.
      returned: success
      type: str
      sample: quarterly
  sample: {"serial": 1795230000, "expires": "2026-12-26T03:00:00Z", "hosts": [worker-1]}
refusal:
  description:
    - Why the bundle is refused, in one word.
    - One of C(not-a-bundle), C(unsigned), C(other-signer), C(wrong-signature), C(other-ciphertext),
      C(too-few-recipients), C(valid-too-long), C(not-yet-valid), C(expired), C(wrong-host), C(wrong-action),
      C(replayed), C(lacks-ref), C(wrong-identity) and C(other-contents).
  returned: when it is refused
  type: str
  sample: expired
opened:
  description: Whether the identity opened it.
  returned: success, with state V(verified)
  type: bool
  sample: true
log:
  description: The break-glass log. C(head) is its end now, to be kept elsewhere; C(breaks) is
    what is wrong with it.
  returned: always
  type: dict
  sample: {"file": "/var/log/fractalops/break-glass.jsonl", "head": "7 9c56cc51…", "breaks": []}
secrets_read:
  description: How many places of OpenBao were read.
  returned: success, with state V(present)
  type: int
  sample: 3
counts:
  description: How many bundles were made or left as they are.
  returned: success, with state V(present)
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 0}
"""
