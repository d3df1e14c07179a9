# SPDX-License-Identifier: GPL-3.0-or-later
"""An action plugin in this process, with Ansible's own task, connection, loader and templar; it needs no host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader
from ansible.template import Templar


def run(module: type[ActionBase], *, check: bool = False, **arguments: Any) -> dict[str, Any]:
    """The result of the action. Raises AnsibleActionFail."""
    loader, task, context = DataLoader(), Task(), PlayContext()
    task.action, task.args, task.check_mode = "fractalops.infra.action", arguments, check
    connection = connection_loader.get("ansible.builtin.local", context)
    made = module(task, connection, context, loader, Templar(loader), None)  # type: ignore[no-untyped-call]
    return dict(made.run(task_vars={}))


def connection_to(address: str, folder: Path) -> dict[str, Any]:
    """The two options of every action that speaks to OpenBao."""
    file = folder / "approle"
    file.touch(mode=0o600)
    file.write_text('{"role_id": "canary-role", "secret_id": "canary-secret"}')
    openbao = {"address": address, "mount": "secret", "auth": {"method": "approle"}}
    return {"openbao": openbao, "openbao_credentials_file": str(file)}
