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
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.credential import (
    approle_file,
    approle_settings,
)


def run(module: type[ActionBase], *, check: bool = False, **arguments: Any) -> dict[str, Any]:
    """The result of the action. Raises AnsibleActionFail."""
    loader, task, context = DataLoader(), Task(), PlayContext()
    task.action, task.args, task.check_mode = "fractalops.infra.action", arguments, check
    connection = connection_loader.get("ansible.builtin.local", context)
    made = module(task, connection, context, loader, Templar(loader), None)  # type: ignore[no-untyped-call]
    return dict(made.run(task_vars={}))


def connection_to(address: str, folder: Path) -> dict[str, Any]:
    """The two options of every action that speaks to OpenBao."""
    return {"openbao": approle_settings(address), "openbao_credentials_file": str(approle_file(folder))}
