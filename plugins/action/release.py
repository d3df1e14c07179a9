# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``release``: find the source, ask the host, send what it lacks."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import ansible.constants as C  # noqa: N812  as everywhere in Ansible
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.release.source import Source, open_source, sha256_of
from ansible_collections.fractalops.infra.plugins.plugin_utils.release.spool import Spool
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_document import require_current_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.play import Play
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import refuse_exposed_tokens

MODULE = "fractalops.infra.release"
OPTIONS = {
    "app": {"type": "str", "required": True},
    "id": {"type": "str", "required": True},
    "src": {"type": "str"},
    "base": {"type": "path"},
    "document": {"type": "json"},
    "sha256": {"type": "str"},
    "keep": {"type": "int", "default": 5},
    "max_bytes": {"type": "int", "default": 4 * 1024**3},
    "max_members": {"type": "int", "default": 200_000},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


class ActionModule(ActionBase):
    """One release on one host."""

    TRANSFERS_FILES = False  # nothing goes to Ansible's temporary folder
    _requires_connection = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Look at the host; when it lacks the release, send the archive and have it unpacked."""
        super().run(tmp, task_vars)
        self._play = Play()
        _validation, options = self.validate_argument_spec(  # type: ignore[no-untyped-call]
            argument_spec=OPTIONS, required_if=[("state", "present", ["src"])]
        )
        if options["keep"] < 1:
            raise AnsibleActionFail("keep: is below 1; the release itself counts")
        try:
            result = self._run(options, task_vars or {})
            if result.get("failed"):
                result["msg"] = f"{result.get('msg', 'it failed and printed nothing')}\n{_ending(task_vars)}"
            return result
        except InfraError as error:
            raise AnsibleActionFail(f"{options['app']} {options['id']}: {error}\n{_ending(task_vars)}") from None
        except AnsibleConnectionFailure as error:
            raise AnsibleConnectionFailure(f"{error}; {_ending(task_vars)}") from None

    def _run(self, options: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        refuse_exposed_tokens(task_vars)
        if options["document"]:
            require_current_document(json.loads(options["document"]))
        arguments = {name: options[name] for name in ("app", "id", "keep")}
        source = self._source(options) if options["state"] == "present" else None
        if source is not None:
            arguments |= {"digest": source.digest, "needed_bytes": source.needed_bytes}
        sent_bytes = 0
        result: dict[str, Any] = self._execute_module(MODULE, arguments, task_vars=task_vars)
        folder = result.pop("send_to", None)
        if source is not None and folder is not None and not result.get("failed"):
            incoming, sent_bytes = self._send(source, folder)
            arguments["incoming"] = incoming | {name: options[name] for name in ("max_bytes", "max_members")}
            result = self._execute_module(MODULE, arguments, task_vars=task_vars)
        return result | {"sent_bytes": sent_bytes} | ({"digest": source.digest} if source else {})

    def _source(self, options: dict[str, Any]) -> Source:
        src: str = options["src"]
        if "://" not in src and not Path(src).is_absolute():
            src = self._found(src, options["base"])
        return open_source(src, options["sha256"], options["max_bytes"], _spool())

    def _found(self, src: str, base: str | None) -> str:
        """``src`` in the folder ``base``, or beside the file ``base``; without one as Ansible finds files."""
        if not base:
            return str(self._find_needle("files", src))  # type: ignore[no-untyped-call]
        return str((Path(base) if Path(base).is_dir() else Path(base).parent) / src)

    def _send(self, source: Source, folder: str) -> tuple[dict[str, Any], int]:
        """By sftp, from file to file: neither side holds the archive in memory. A name of its own for each run."""
        archive = source.archive()
        name = secrets.token_hex(16)
        self._transfer_file(str(archive), f"{folder}/{name}")  # type: ignore[no-untyped-call]
        self._play.require_living("nothing is unpacked; the next run sweeps what was sent")
        sha256 = source.digest.removeprefix("sha256:") if source.digest.startswith("sha256:") else sha256_of(archive)
        return {"name": name, "sha256": sha256}, archive.stat().st_size


def _ending(task_vars: dict[str, Any] | None) -> str:
    """Where the host is after a failure, and what to run next."""
    host = (task_vars or {}).get("inventory_hostname")
    return (
        "what the host runs is as before: a delivery switches nothing, and the next one sweeps what was sent\n"
        f"next: fix that, then run: ansible-playbook fractalops.infra.deploy --limit {host}"
    )


def _spool() -> Spool:
    """Ansible's own temporary folder: of one run, and shared by its workers."""
    return Spool(Path(C.DEFAULT_LOCAL_TMP))  # type: ignore[attr-defined]
