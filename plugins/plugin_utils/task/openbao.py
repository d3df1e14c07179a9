# SPDX-License-Identifier: GPL-3.0-or-later
"""What every task that speaks to OpenBao shares: two options, one connection, one place where errors are reported."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..documentation import document_url
from ..errors import InfraError
from ..openbao import OpenBao
from .judged_client import judged_client
from .reading import is_judged

CONNECTION: dict[str, Any] = {
    "openbao": {"type": "dict", "required": True},
    "openbao_credentials_file": {"type": "path"},
}


class OpenBaoTask(ActionBase):
    """Works on the controller; the target host is never contacted. Subclasses say ``told``."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {}
    #: Seconds for everything a task does.
    DEADLINE_SECONDS: ClassVar[float] = 120

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Connect as who the credentials file says, unless that is refused, then ``told``."""
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec({**CONNECTION, **self.ARGUMENTS})  # type: ignore[no-untyped-call]  # ansible-core has no types
        try:
            settings, file = plain(args["openbao"]), credentials_file_of(args)
            known = is_judged(settings, file, task_vars or {})
            with judged_client(settings, file, deadline_seconds=self.DEADLINE_SECONDS, is_judged=known) as openbao:
                return self.told(openbao, args)
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Ansible's result. Raises InfraError."""
        raise NotImplementedError


def plain(value: Any) -> Any:
    """``value`` without Ansible's tags. Never of a secret: what comes out can be printed."""
    return json.loads(json.dumps(value))


def credentials_file_of(args: dict[str, Any]) -> str:
    """The file with the controller's credentials. Raises InfraError with what to do when a task was given none."""
    if file := args["openbao_credentials_file"]:
        return str(file)
    raise InfraError(
        f"openbao_credentials_file is not set; give -e openbao_credentials_file=FILE, see {document_url('secrets')}"
    )


def mount_of(args: dict[str, Any]) -> str:
    """The KV mount of a task: that of its ``openbao``. Raises InfraError."""
    mount = plain(args["openbao"]).get("mount")
    if not isinstance(mount, str) or not mount:
        raise InfraError("openbao.mount: is missing; name the KV v2 mount")
    return mount
