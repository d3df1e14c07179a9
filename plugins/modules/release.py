#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliver one release of an application to a host, or remove one."""

from __future__ import annotations

DOCUMENTATION = r"""
module: release
short_description: Deliver a release of an application, whole and read-only, or remove one
version_added: 0.1.0
author: FractalOps (@fractalops)
description:
  - A release is the content of C(/opt/<app>/releases/<id>). It comes from a folder or an archive on the controller, or
    from a URL, is sent to each host once, and never changes afterwards. A host that has it costs one round trip.
  - The archive is compared with its digest on the host, unpacked into a hidden folder beside its place, written to
    disk, and put in place by one rename. A run that is killed, or a disk that is full, leaves no half release.
  - Every member ends up owned by root and writable by nobody, whatever the archive says; of its mode only the
    executable bit of the owner counts. Links that leave the release, hard links, devices, FIFOs, setuid and
    setgid members, absolute names, names with C(..), and files called C(.env) are refused by name. So is an archive
    that grows beyond O(max_bytes) or O(max_members).
  - A manifest with the SHA-256 of each file stands beside the release. What was added, removed, changed or made
    writable by hand is found by the next run and repaired; only files that were touched since are read again.
  - Old releases beyond O(keep) are removed, except those that a generation on the host refers to (the confirmed one,
    the previous ones, one on trial) or that a process runs from.
  - Which release runs is said by the generation of the host, see M(fractalops.infra.host_generation). Delivering one
    switches nothing.
options:
  app:
    description: Name of the application, the folder below C(/opt).
    type: str
    required: true
  id:
    description: Id of the release, the folder below C(releases).
    type: str
    required: true
  src:
    description:
      - A folder or an archive (tar, tar.gz, tar.bz2, tar.xz) on the controller, or an http or https URL of an archive,
        which the controller fetches once for all hosts.
      - A relative path starts at O(base), or at C(files) of the role or play when there is none.
      - Required for O(state=present).
    type: str
  base:
    description: Folder or file on the controller that a relative O(src) stands beside or in, such as the topology.
    type: path
  document:
    description:
      - The host's document, as the inventory plugin P(fractalops.infra.topology#inventory) puts it in C(host_document);
        JSON text.
      - When given, nothing is delivered that an inventory says which is older than its topology.
    type: json
  sha256:
    description:
      - SHA-256 of the archive, 64 hex digits. Required for a URL.
      - An archive on the controller that is another one is refused before anything is sent.
    type: str
  keep:
    description: How many releases of the application stay, this one among them, beside those that are needed.
    type: int
    default: 5
  max_bytes:
    description: Bytes a release may have when it is unpacked.
    type: int
    default: 4294967296
  max_members:
    description: Files, folders and links a release may have.
    type: int
    default: 200000
  state:
    description: Whether the release is there. One that is needed is not removed.
    type: str
    choices: [present, absent]
    default: present
attributes:
  action_group:
    support: full
    description: In this group, for C(module_defaults).
    membership: [fractalops.infra.host]
  check_mode:
    support: full
    description: Says what would be sent and removed. An archive is not looked into.
  diff_mode:
    support: full
    description: Shows the releases that come and go, with the digest of their source, and what is damaged.
  action:
    support: full
    description:
      - Packs or fetches on the controller, then sends to the host by the connection's own file transfer; with C(become)
        in pieces, each as the input of a command of root.
  platform:
    support: full
    description: Debian 12 and 13.
    platforms: debian
requirements:
  - root on the host, as the login user or by C(become)
  - Python 3.9 or newer on the host
seealso:
  - module: fractalops.infra.host_generation
"""

EXAMPLES = r"""
- name: Deliver what the build has just made, before a host is switched to it
  fractalops.infra.release:
    app: fractalops
    id: 2026.11.20-1
    src: /srv/build/fractalops

- name: Deliver an archive whose bytes were agreed on
  fractalops.infra.release:
    app: fractalops
    id: 2026.11.21-1
    src: https://artifacts.lab.example/fractalops-2026.11.21-1.tar.xz
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    keep: 3

- name: Take a release away that must never run again; refused while something needs it
  fractalops.infra.release:
    app: fractalops
    id: 2026.11.21-broken
    state: absent
"""

RETURN = r"""
path:
  description: Where the release is, or was.
  type: str
  returned: always
  sample: /opt/fractalops/releases/2026.11.20-1
digest:
  description: By what the release is recognised, C(sha256:) of its archive or C(tree:) of its folder.
  type: str
  returned: when state is present
  sample: tree:0c5e6ad5f3f8d1d7f1a5c2a5d0c7c7f0b8ad9dba4aa0d0c3d5a9b2f6a1e4c3b2
sent_bytes:
  description: Size of the archive that went to this host; 0 when nothing had to.
  type: int
  returned: always
  sample: 209715200
removed:
  description: Ids of the releases that were removed.
  type: list
  elements: str
  returned: always
  sample: ["2026.10.02-1"]
repairs:
  description: What was wrong with the release that was there.
  type: list
  elements: str
  returned: always
  sample: ["bin/worker was changed"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import (
    BusyError,
    HostError,
    told,
    way_out,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.release import delivery
from ansible_collections.fractalops.infra.plugins.module_utils.release.extraction import Limits
from ansible_collections.fractalops.infra.plugins.module_utils.release.plan import Plan, Wanted, make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.release.release_store import ReleaseStore

#: What the action plugin sends; the documented options never leave the controller. The first call says whether an
#: archive is wanted and where to; the second, with ``incoming``, unpacks it.
ARGUMENTS = {
    "app": {"type": "str", "required": True},
    "id": {"type": "str", "required": True},
    "digest": {"type": "str"},
    "keep": {"type": "int", "required": True},
    "needed_bytes": {"type": "int", "default": 0},
    "incoming": {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "sha256": {"type": "str", "required": True},
            "max_bytes": {"type": "int", "required": True},
            "max_members": {"type": "int", "required": True},
        },
    },
}


def run(module: AnsibleModule, layout: Layout) -> dict[str, object]:
    """Plan; unless there is nothing to do or this is check mode, ask for the archive or unpack it."""
    given = module.params
    wanted = Wanted(given["app"], given["id"], given["digest"], given["keep"])
    with ReleaseStore.opened(layout, wanted.app) as store:
        plan = make_plan(layout, store, wanted)
    kept = [f"old releases stay: {plan.kept_for}"] if plan.kept_for else []
    for warning in kept + delivery.superseded(layout, wanted.app):
        module.warn(warning)
    if module.check_mode or not plan:
        return plan.result()
    if plan.delivers and given["incoming"] is None:
        return {**plan.result(), "send_to": delivery.prepare(layout, wanted, given["needed_bytes"])}
    if plan.delivers:
        delivery.deliver(layout, wanted, _incoming(given["incoming"]))
    return _tidied(module, layout, wanted, plan)


def _incoming(given: dict[str, object]) -> delivery.Incoming:
    limits = Limits(int(str(given["max_bytes"])), int(str(given["max_members"])))
    return delivery.Incoming(str(given["name"]), str(given["sha256"]), limits)


def _tidied(module: AnsibleModule, layout: Layout, wanted: Wanted, plan: Plan) -> dict[str, object]:
    """The result after old releases went; that they stay for now must not fail a delivery."""
    try:
        removed = delivery.remove_old(layout, wanted) if plan.old else []
    except (HostError, OSError) as error:
        if wanted.digest is None:
            raise
        module.warn(f"old releases stay until the next run: {error}")
        removed = []
    return {**plan.result(), "removed": removed, "changed": plan.delivers or bool(removed)}


def main() -> None:
    """Answer Ansible."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        result = run(module, Layout())
    except BusyError as error:
        module.fail_json(msg=str(error), wait_seconds=round(error.wait_seconds))
    except HostError as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(msg=f"{told(error)}; no release is half there; {way_out(error)}, then run again")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
