# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``host_generation``: render, resolve, send, confirm over a new connection."""

from __future__ import annotations

import getpass
import json
import os
import platform
import shlex
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import HostDocument
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import generation_document, refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import DROPIN, SERVICE, UnitTemplates
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Payload, Resolution, connect, resolve

MODULE = "fractalops.infra.host_generation"
#: Ansible would log the arguments of the module on the host, secrets among them.
SILENT = {"ansible_no_target_syslog": True}
OPTIONS = {
    "document": {"type": "json", "required": True},
    "openbao": {"type": "dict"},
    "openbao_credentials_file": {"type": "path"},
    "templates": {"type": "path", "required": True},
}


class ActionModule(ActionBase):
    """One host, one generation."""

    _requires_connection = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Apply the host's document; a rollback or a lost host is a failure."""
        super().run(tmp, task_vars)
        # Workers are sessions of their own since ansible-core 2.19: they outlive a killed play.
        self._controller = os.getppid()
        _validation, options = self.validate_argument_spec(argument_spec=OPTIONS)  # type: ignore[no-untyped-call]
        self._require_pipelining()
        try:
            document: HostDocument = json.loads(options["document"])
            resolution = self._resolve(document, options)
            arguments = self._arguments(document, options["templates"], resolution)
        except InfraError as error:
            raise AnsibleActionFail(f"{(task_vars or {}).get('inventory_hostname')}: {error}") from None
        result: dict[str, Any] = self._execute_module(MODULE, arguments, task_vars={**(task_vars or {}), **SILENT})
        result["secrets_read"] = resolution.reads if resolution else 0
        confirm = result.pop("confirm", None)
        if confirm is None or result.get("failed"):
            return result
        return result | self._confirm(confirm)

    def _require_pipelining(self) -> None:
        """Without it Ansible would write the secrets among the module arguments to disk."""
        if not self._is_pipelining_enabled("new"):
            raise AnsibleActionFail(
                "pipelining is off for this host; set pipelining = true and unset keep_remote_files in ansible.cfg"
            )

    def _resolve(self, document: HostDocument, options: dict[str, Any]) -> Resolution | None:
        wanted = refs(document)
        if not wanted:
            return None
        if not options["openbao"] or not options["openbao_credentials_file"]:
            raise InfraError("openbao: the host has secret refs; set openbao and openbao_credentials_file")
        with connect(json.loads(json.dumps(options["openbao"])), options["openbao_credentials_file"]) as openbao:
            return resolve(openbao, wanted)

    def _arguments(self, document: HostDocument, templates: str, resolution: Resolution | None) -> dict[str, Any]:
        secrets = resolution.secrets if resolution else {}
        pinned = {ref: secret.pinned for ref, secret in secrets.items()}
        generation = generation_document(document, _templates(Path(templates)), pinned)
        values = {pinned[ref]: secret.value.reveal() for ref, secret in secrets.items()}
        return {
            "payload": Payload(json.dumps({"generation": generation, "secrets": values})),
            "owner": f"{getpass.getuser()}@{platform.node()} pid {self._controller}",
        }

    def _confirm(self, command: list[str]) -> dict[str, Any]:
        """Over a new connection: an old multiplexed one would answer although nobody can log in any more."""
        if os.getppid() != self._controller:
            raise AnsibleActionFail("the play was killed, so nobody confirms; the host rolls back by itself")
        try:
            self._connection.reset()
            answer = self._low_level_execute_command(shlex.join(command))  # type: ignore[no-untyped-call]
        except AnsibleConnectionFailure:
            raise AnsibleActionFail(
                "the host is healthy but no new connection could be opened, so nobody confirmed; "
                "it rolls back by itself at the end of its window; mend the way in, then run again"
            ) from None
        if answer["rc"]:
            raise AnsibleActionFail(f"not confirmed: {answer['stderr'].strip()}")
        ended: dict[str, Any] = json.loads(answer["stdout"].splitlines()[-1])
        return ended


def _templates(folder: Path) -> UnitTemplates:
    try:
        return UnitTemplates({name: (folder / name).read_text(encoding="utf-8") for name in (SERVICE, DROPIN)})
    except OSError as error:
        raise InfraError(
            f"{folder}: {error.strerror}; give host_templates a folder with {SERVICE} and {DROPIN}"
        ) from None
