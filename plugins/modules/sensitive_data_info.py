#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for secrets that were left on a host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sensitive_data_info
short_description: Find secrets that were left on a host, and say where without showing one
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Looks at files, at the units systemd really runs, at shell histories, at environments and command lines of
    processes, and at who can read what. A finding is path, line and rule, never a value or a part of one.
  - With a credential of an auditor, the values that the host's services use are read from OpenBao on the controller
    and looked for on the host, in clear and encoded (base64 wherever it starts, URL, hex, JSON).
    They travel over the standard input of the connection and stay in the memory of one process.
  - Nothing on the host is changed or written, access times included. Where a secret belongs, as in C(/run/credentials),
    it is no finding.
extends_documentation_fragment:
  - fractalops.infra.attributes.info
options:
  roots:
    description:
      - Folders to look into. Links are not followed, and other file systems below a folder are not entered; name them.
      - One that does not exist is in RV(unread), unless it is a default one.
    type: list
    elements: path
    default: [/boot, /dev/shm, /etc, /home, /opt, /root, /run, /run/lock, /srv, /tmp, /usr/local, /var]
  exclude:
    description: Folders and files below them that are left out, by their full path.
    type: list
    elements: path
    default: []
  max_file_mib:
    description: Files above this many MiB are not read but named in RV(unread).
    type: int
    default: 64
  document:
    description:
      - The host's document, as the inventory plugin P(fractalops.infra.topology#inventory) puts it in C(host_document);
        JSON text. Its refs say whose values are looked for.
      - One that is older than the topology it came from is refused.
    type: json
  openbao:
    description: Where OpenBao is, as C(openbao) of C(host_document) says.
    type: dict
  openbao_credentials_file:
    description:
      - File on the controller that proves who the auditor is to OpenBao. Only its owner may read it.
      - Without it no known values are looked for, and RV(known_values.state) says so.
    type: path
  waivers:
    description: Accepted findings. One that has expired, or that covers nothing on its hosts, is a finding.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Path of the finding; V(*) stands for anything inside a folder, V(**) for folders too.
        type: str
        required: true
      rule:
        description: Rule of the finding.
        type: str
        required: true
      reason:
        description: Why it is fine for now.
        type: str
        required: true
      expires:
        description: The last day it holds, as V(YYYY-MM-DD), by the clock of the controller in UTC.
        type: str
        required: true
      host:
        description: Glob of the hosts it is for.
        type: str
        default: "*"
  waivers_file:
    description: YAML or JSON file on the controller with more of them, as a list below the key C(waivers).
    type: path
  answer_within_seconds:
    description:
      - How long the host has for its answer; after that it counts as unreachable.
      - A network that is cut, a host that is frozen and an sshd that stands still are noticed after some 20 seconds by the
        connection of ssh, which this task opens anew.
    type: int
    default: 3600
attributes:
  action_group:
    support: full
    description: In these groups, for C(module_defaults).
    membership: [fractalops.infra.host, fractalops.infra.openbao]
  action:
    support: full
    description: Reads values and waivers on the controller, then looks on the host.
  platform:
    support: full
    description: Linux with Python 3.9 or newer; units are looked at where systemd is PID 1.
    platforms: linux
requirements:
  - pipelining when values are looked for, since without it Ansible writes module arguments to disk
  - root on the host, since others cannot read what is looked at
  - hvac on the controller when values are looked for
seealso:
  - plugin: fractalops.infra.topology
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Look for secrets of well-known kinds
  fractalops.infra.sensitive_data_info:
  register: audit
  failed_when: audit.findings | length > 0

- name: Look for the values of the host's services too
  fractalops.infra.sensitive_data_info:
    document: "{{ host_document }}"
    openbao: "{{ (host_document | from_json).openbao }}"
    openbao_credentials_file: /etc/fractalops/auditor.json
    waivers_file: "{{ inventory_dir }}/waivers.yml"
  register: audit

- name: Look into one folder, and live with a key for a while
  fractalops.infra.sensitive_data_info:
    roots: [/srv/legacy]
    waivers:
      - path: /srv/legacy/**/deploy.key
        rule: private-key
        reason: the old pipeline is switched off at the end of March
        expires: "2027-03-31"
"""

RETURN = r"""
findings:
  description: What was found, sorted; those about waivers last.
  type: list
  elements: dict
  returned: success
  contains:
    path:
      description: File, process or waiver. C(***) stands where the name itself holds a secret.
      type: str
      returned: always
      sample: /opt/worker/shared/.env
    line:
      description: Line, counted from 1; of a process its variable or argument; 0 is the file as a whole.
      type: int
      returned: always
      sample: 3
    rule:
      description: What is wrong there.
      type: str
      returned: always
      sample: env-value
    ref:
      description: Whose value it is.
      type: str
      returned: when the rule is C(known-value)
      sample: bao://secret/runtime/postgres#password
  sample: [{"path": "/opt/worker/shared/.env", "line": 3, "rule": "env-value"}]
findings_left_out:
  description: How many more there were; a rule counts ten times per file.
  type: int
  returned: success
  sample: 0
waived:
  description: Findings that a waiver covers, with its reason and expiry.
  type: list
  elements: dict
  returned: success
  sample: []
known_values:
  description: Whether values of OpenBao were looked for.
  type: dict
  returned: success
  contains:
    state:
      description: V(done), or V(no credentials), or V(no refs) when the host uses no secret.
      type: str
      returned: always
      sample: done
    searched:
      description: How many values were looked for.
      type: int
      returned: always
      sample: 2
    plain:
      description: Refs whose values are too short or too plain to be looked for.
      type: list
      elements: str
      returned: always
      sample: ["bao://secret/runtime/postgres#username"]
    refused:
      description: Refs the auditor could not read.
      type: list
      elements: str
      returned: always
      sample: []
  sample: {"state": "done", "searched": 2, "plain": [], "refused": []}
looked_at:
  description: How much was looked at.
  type: dict
  returned: success
  sample: {"files": 5120, "bytes": 60210331, "processes": 31}
unread:
  description:
    - What was left out and why, the first fifty; places that could not be read come first.
    - C(another file system), C(too deep) and C(too large) are left out by design. Any other reason is an error.
  type: list
  elements: dict
  returned: success
  sample: [{"path": "/var/lib/data", "reason": "another file system"}]
unread_left_out:
  description: How many more were left out.
  type: int
  returned: success
  sample: 0
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.audit.audit import Audit
from ansible_collections.fractalops.infra.plugins.module_utils.host import core_dump
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError

#: What the action plugin sends; the payload is the JSON text of {ref: value}. It is not marked ``no_log``, for the
#: reason given in host_generation.
ARGUMENTS = {
    "payload": {"type": "str", "required": True},
    "roots": {"type": "list", "elements": "path", "required": True},
    "must_exist": {"type": "list", "elements": "path", "required": True},
    "exclude": {"type": "list", "elements": "path", "required": True},
    "max_file_bytes": {"type": "int", "required": True},
}


def run(module: AnsibleModule) -> dict[str, object]:
    """Folders, units, processes."""
    values = json.loads(module.params.pop("payload"))
    audit = Audit(values, module.params["exclude"], module.params["max_file_bytes"])
    audit.folders(module.params["roots"])
    audit.expect(module.params["must_exist"])
    audit.units()
    audit.processes()
    return audit.result()


def main() -> None:
    """Answer Ansible. A crash leaves no core with values in it."""
    core_dump.forbid()
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        result = run(module)
    except HostError as error:
        module.fail_json(msg=str(error))
    module.exit_json(invocation={}, changed=False, **result)


if __name__ == "__main__":
    main()
