# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``sensitive_data_info``: read values and waivers, send, judge."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible_collections.fractalops.infra.plugins.module_utils.audit.rule import RULES
from ansible_collections.fractalops.infra.plugins.plugin_utils.audit.readable_values import (
    ReadableValues,
    readable_values,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Payload
from ansible_collections.fractalops.infra.plugins.plugin_utils.scan import (
    Place,
    Waiver,
    judge,
    parse_waivers,
    read_waivers,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_document import require_current_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.judged_client import judged_client
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import plain
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.pipelining import require_pipelining
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.question import (
    OPTION,
    QuestionTask,
    answer_seconds,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.reading import is_judged

MODULE = "fractalops.infra.sensitive_data_info"
#: Ansible would log the arguments of the module on the host, secrets among them.
SILENT = {"ansible_no_target_syslog": True}
#: Places to look into. Each is one file system.
ROOTS = "/boot /dev/shm /etc /home /opt /root /run /run/lock /srv /tmp /usr/local /var".split()
OPTIONS: dict[str, Any] = {
    "roots": {"type": "list", "elements": "path", "default": ROOTS},
    "exclude": {"type": "list", "elements": "path", "default": []},
    "max_file_mib": {"type": "int", "default": 64},
    "document": {"type": "json"},
    "openbao": {"type": "dict"},
    "openbao_credentials_file": {"type": "path"},
    "waivers": {"type": "list", "elements": "dict", "default": []},
    "waivers_file": {"type": "path"},
    # Every file of a large host is read.
    OPTION: {"type": "int", "default": 3600},
}
NOTHING = ReadableValues({}, ())


class ActionModule(QuestionTask):
    """One host, one look."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the host holds that it should not; never a failure because of that."""
        super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(argument_spec=OPTIONS)  # type: ignore[no-untyped-call]
        host = str((task_vars or {}).get("inventory_hostname"))
        seconds = answer_seconds(options)
        try:
            if not options["roots"]:
                raise InfraError("roots: names no folder; name one, or leave roots out for the usual ones")
            waivers = _waivers(options)
            if options["document"]:
                require_current_document(json.loads(options["document"]))
            state, known = self._known_values(options, task_vars or {})
        except InfraError as error:
            raise AnsibleActionFail(f"{host}: {error}\n{_ending(host)}") from None
        arguments = {
            "payload": Payload(json.dumps({ref: value.reveal() for ref, value in known.values.items()})),
            "roots": options["roots"],
            # Not every host has each of the usual ones.
            "must_exist": [root for root in options["roots"] if root not in ROOTS],
            "exclude": options["exclude"],
            "max_file_bytes": options["max_file_mib"] * 1024 * 1024,
        }
        result = self.answer(MODULE, arguments, {**(task_vars or {}), **SILENT}, seconds)
        if result.get("failed"):
            return result | {"msg": f"{result.get('msg', 'it failed and printed nothing')}\n{_ending(host)}"}
        judged = judge(result["findings"], waivers, host, dt.datetime.now(dt.UTC).date())
        searched, plain = result["looked_at"].pop("known_values"), result.pop("not_searched")
        told = {"state": state, "searched": searched, "plain": plain, "refused": list(known.refused)}
        return result | {"findings": list(judged.findings), "waived": list(judged.waived), "known_values": told}

    def _known_values(self, options: dict[str, Any], variables: dict[str, Any]) -> tuple[str, ReadableValues]:
        """What to look for, and in words whether it is looked for."""
        if not options["openbao_credentials_file"]:
            return "no credentials", NOTHING
        if not options["document"] or not options["openbao"]:
            raise InfraError("openbao_credentials_file: document and openbao are missing; set them too")
        wanted = refs(json.loads(options["document"]))
        if not wanted:
            return "no refs", NOTHING
        require_pipelining(self)
        settings, file = plain(options["openbao"]), str(options["openbao_credentials_file"])
        with judged_client(settings, file, is_judged=is_judged(settings, file, variables)) as openbao:
            return "done", readable_values(openbao, wanted)


def _ending(host: str) -> str:
    return (
        "the host was not audited, and nothing was changed on it\n"
        f"next: fix that, then run: ansible-playbook fractalops.infra.audit --limit {host}"
    )


def _waivers(options: dict[str, Any]) -> tuple[Waiver, ...]:
    inline = json.loads(json.dumps(options["waivers"]))
    given = parse_waivers(inline, lambda number: Place(f"waivers[{number}]"), RULES)
    return given + (read_waivers(options["waivers_file"], RULES) if options["waivers_file"] else ())
