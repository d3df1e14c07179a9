# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``host_generation``: render and resolve, or name an older generation; then activate."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.fractalops.infra.plugins.plugin_utils.bytecode import kept_bytecode

with kept_bytecode():
    from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
    from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import HostDocument
    from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import refs
    from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Payload, Resolution
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.activation import ActivationTask
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.failure import said_once
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_document import require_current_document
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_payload import generation_payload
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_secrets import host_secrets
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import plain
    from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import refuse_exposed_tokens

OPTIONS = {
    "document": {"type": "json"},
    "generation": {"type": "str"},
    "reason": {"type": "str"},
    "openbao": {"type": "dict"},
    "openbao_credentials_file": {"type": "path"},
    "templates": {"type": "path"},
    "delivered": {"type": "list", "elements": "str", "default": []},
}


class ActionModule(ActivationTask):
    """One host, one generation."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Apply the host's document, or an older generation; a rollback or a lost host is a failure."""
        super().run(tmp, task_vars)
        with said_once(self, self._host):
            return self._run(task_vars)

    def _run(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        _validation, options = self.validate_argument_spec(  # type: ignore[no-untyped-call]
            argument_spec=OPTIONS,
            mutually_exclusive=[("document", "generation")],
            required_one_of=[("document", "generation")],
            required_by={"document": ("templates",), "generation": ("reason",)},
        )
        self.require_pipelining()
        reason = {"reason": options["reason"], "delivered": options["delivered"]}
        if options["generation"]:
            return self.activate({"payload": json.dumps({"back_to": options["generation"]}), **reason}, task_vars)
        try:
            refuse_exposed_tokens(task_vars or {})
            document: HostDocument = json.loads(options["document"])
            require_current_document(document)
            resolution = _resolve(document, options, task_vars or {})
            payload = self._payload(document, options["templates"], resolution)
        except InfraError as error:
            raise self.untouched(error) from None
        result = self.healed(self.activate({"payload": payload, **reason}, task_vars), task_vars)
        result["secrets_read"] = resolution.reads if resolution else 0
        return result

    def _payload(self, document: HostDocument, templates: str, resolution: Resolution | None) -> Payload:
        return Payload(json.dumps(generation_payload(document, templates, resolution)))


def _resolve(document: HostDocument, options: dict[str, Any], variables: dict[str, Any]) -> Resolution | None:
    """The secrets of the host; None when it uses none. Raises InfraError."""
    wanted = refs(document)
    if not wanted:
        return None
    if not options["openbao"] or not options["openbao_credentials_file"]:
        raise InfraError("openbao: the host has secret refs; set openbao, and give -e openbao_credentials_file=FILE")
    return host_secrets(wanted, plain(options["openbao"]), str(options["openbao_credentials_file"]), variables)
