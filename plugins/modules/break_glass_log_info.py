#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say whether a log of break-glass holds, and where it does not."""

from __future__ import annotations

DOCUMENTATION = r"""
module: break_glass_log_info
short_description: Verify the log of break-glass, on a host or on the controller
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - Every line of the chain carries the digest of the line before. One that was changed, removed, moved or cut is named.
  - The owner of the file can rewrite all of it, or cut off its end together with the head file beside it. That is
    seen only with O(expected_head), a head that was kept somewhere else; host and controller record each other's.
extends_documentation_fragment:
  - fractalops.infra.attributes.info
options:
  path:
    description: The chain. Holds when it is not there, unless a head says otherwise.
    type: path
    default: /etc/fractalops/break-glass.jsonl
  expected_head:
    description: The end of the chain as somebody else knows it, C(<number> <digest>), as RV(head) was earlier.
    type: str
  last:
    description: How many records to return, counted from the end.
    type: int
    default: 20
attributes:
  platform:
    support: full
    description: Linux with Python 3.9 or newer.
    platforms: linux
requirements:
  - to be the owner of the chain, or root
seealso:
  - module: fractalops.infra.break_glass_bundle
"""

EXAMPLES = r"""
- name: Does the chain of the host hold
  fractalops.infra.break_glass_log_info:
  register: chain
  failed_when: not chain.whole

- name: Does that of the controller, up to the end that was noted last quarter
  fractalops.infra.break_glass_log_info:
    path: /var/log/fractalops/break-glass.jsonl
    expected_head: "{{ noted_head }}"
  delegate_to: control_plane
"""

RETURN = r"""
whole:
  description: Whether nothing was changed, removed, moved or cut, as far as can be seen.
  type: bool
  returned: success
  sample: true
breaks:
  description: Where it does not hold, with the line, its kind (C(changed), C(removed), C(reordered), C(replaced),
    C(truncated)) and words.
  type: list
  elements: dict
  returned: success
  sample: [{"line": 3, "kind": "changed", "what": "entry 3 is not what its digest was made of"}]
head:
  description: The end of the chain, to be noted elsewhere.
  type: str
  returned: success
  sample: 7 9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab
length:
  description: How many lines it has that can be read.
  type: int
  returned: success
  sample: 7
records:
  description: The last records, oldest first, each with C(seq), C(time), C(record), and as C(broken) what was wrong
    with the chain when it was written.
  type: list
  elements: dict
  returned: success
  sample: [{"seq": 7, "time": "2026-11-21T03:10:44Z", "record": {"event": "bundle-made"}, "broken": null}]
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain.chain import HOST_CHAIN, verify
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain.verdict import Head, Verdict

ARGUMENTS = {
    "path": {"type": "path", "default": HOST_CHAIN},
    "expected_head": {"type": "str"},
    "last": {"type": "int", "default": 20},
}


def run(module: AnsibleModule) -> dict[str, object]:
    """The verdict as plain data. Raises HostError."""
    given = module.params["expected_head"]
    expected = Head.of(given) if given else None
    if given and expected is None:
        raise HostError("expected_head", "not <number> <digest>", "pass what head said")
    return _told(verify(Path(module.params["path"]), expected), module.params["last"])


def _told(verdict: Verdict, last: int) -> dict[str, object]:
    entries = verdict.entries[-last:] if last > 0 else ()
    return {
        "whole": verdict.is_whole,
        "breaks": [{"line": one.line, "kind": one.kind, "what": one.what} for one in verdict.breaks],
        "head": str(verdict.head),
        "length": len(verdict.entries),
        "records": [{"seq": one.seq, "time": one.time, "record": one.record, "broken": one.broken} for one in entries],
    }


def main() -> None:
    """Answer Ansible."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        result = run(module)
    except HostError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
