# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``release``: find the source, ask the host, send what it lacks."""

from __future__ import annotations

import json
import secrets
import time
from functools import partial
from pathlib import Path
from typing import Any

import ansible.constants as C  # noqa: N812  as everywhere in Ansible
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.release.source import Source, open_source, sha256_of
from ansible_collections.fractalops.infra.plugins.plugin_utils.release.spool import Spool
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.deadline import within
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.failure import said_once
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_document import require_current_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.keepalive import keep_alive
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.play import Play
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import refuse_exposed_tokens
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.upload import becomes_root, upload
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.way_in_failure import (
    way_in_failure,
    words_in_place_of_an_answer,
)

MODULE = "fractalops.infra.release"
#: How long the host may take to look, beside waiting for another run; without a byte moving; and to unpack.
LOOK_SECONDS = 180
IDLE_SECONDS = 60
UNPACK_SECONDS, UNPACK_BYTES_PER_SECOND = 600, 1 << 20
#: What the result of a failure holds beside its words: what a module printed that crashed.
TOLD_KEYS = ("module_stdout", "module_stderr", "rc", "sent_bytes")
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
        with said_once(self, str((task_vars or {}).get("inventory_hostname"))):
            return self._delivered(task_vars)

    def _delivered(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        _validation, options = self.validate_argument_spec(  # type: ignore[no-untyped-call]
            argument_spec=OPTIONS, required_if=[("state", "present", ["src"])]
        )
        if options["keep"] < 1:
            raise AnsibleActionFail("keep: is below 1; the release itself counts")
        try:
            result = self._run(options, task_vars or {})
        except InfraError as error:
            raise AnsibleActionFail(f"{options['app']} {options['id']}: {error}\n{_ending(task_vars)}") from None
        except AnsibleConnectionFailure as error:
            cause = self._way_in_failure(str(error)) or str(error)
            raise AnsibleConnectionFailure(f"{cause}\n{_ending(task_vars)}") from None
        except AnsibleError as error:
            if isinstance(error, AnsibleActionFail):
                raise
            cause = self._way_in_failure(str(error)) or str(error)
            raise AnsibleActionFail(f"{cause}\n{_ending(task_vars)}") from None
        if result.get("failed"):
            ending = _ending(task_vars, result.get("wait_seconds"))
            words = f"{result.get('msg', 'it failed and printed nothing')}\n{ending}"
            raise AnsibleActionFail(words, result={key: result[key] for key in TOLD_KEYS if key in result})
        return result

    def _run(self, options: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        refuse_exposed_tokens(task_vars)
        if options["document"]:
            require_current_document(json.loads(options["document"]))
        arguments = {name: options[name] for name in ("app", "id", "keep")}
        source = self._source(options) if options["state"] == "present" else None
        if source is not None:
            arguments |= {"digest": source.digest, "needed_bytes": source.needed_bytes}
        sent_bytes = 0
        keep_alive(self._connection)
        result = self._asked(arguments, task_vars, LOOK_SECONDS)
        folder = result.pop("send_to", None)
        if source is not None and folder is not None and not result.get("failed"):
            incoming, sent_bytes = self._send(source, folder)
            arguments["incoming"] = incoming | {name: options[name] for name in ("max_bytes", "max_members")}
            result = self._asked(arguments, task_vars, UNPACK_SECONDS + sent_bytes / UNPACK_BYTES_PER_SECOND)
        return result | {"sent_bytes": sent_bytes} | ({"digest": source.digest} if source else {})

    def _asked(self, arguments: dict[str, Any], task_vars: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer of the module."""
        result: dict[str, Any] = within(seconds, partial(self._execute_module, MODULE, arguments, task_vars=task_vars))
        said = words_in_place_of_an_answer(result)
        cause = self._way_in_failure(said) if said else None
        return {"failed": True, "msg": cause} if cause else result

    def _way_in_failure(self, said: str) -> str | None:
        return way_in_failure(said, self._get_remote_user())  # type: ignore[no-untyped-call]

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
        """From file to file: neither side holds the archive in memory. A name of its own for each run."""
        archive = source.archive()
        name = secrets.token_hex(16)
        target = f"{folder}/{name}"
        if becomes_root(self):
            upload(self, archive, target)
        else:
            within(IDLE_SECONDS, partial(self._transfer_file, str(archive), target), while_bytes_move=True)
        self._play.require_living("nothing is unpacked; the next run sweeps what was sent")
        sha256 = source.digest.removeprefix("sha256:") if source.digest.startswith("sha256:") else sha256_of(archive)
        return {"name": name, "sha256": sha256}, archive.stat().st_size


def _ending(task_vars: dict[str, Any] | None, wait_seconds: float | None = None) -> str:
    """Where the host is after a failure, and what to run next; ``wait_seconds`` when nothing has to be mended."""
    first = "fix that, then run"
    if wait_seconds is not None:
        clock = time.strftime("%H:%M:%S", time.localtime(time.time() + wait_seconds))
        first = f"there is nothing to fix; wait until {clock} ({wait_seconds:.0f} s), then run"
    host = (task_vars or {}).get("inventory_hostname")
    return (
        "what the host runs is as before: a delivery switches nothing, and the next one sweeps what was sent\n"
        f"next: {first}: ansible-playbook fractalops.infra.deploy --limit {host}"
    )


def _spool() -> Spool:
    """Ansible's own temporary folder: of one run, and shared by its workers."""
    return Spool(Path(C.DEFAULT_LOCAL_TMP))  # type: ignore[attr-defined]
