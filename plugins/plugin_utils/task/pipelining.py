# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets among module arguments travel over standard input; without pipelining Ansible would write them to disk."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

from ..errors import InfraError


def require_pipelining(task: ActionBase) -> None:
    """Raises InfraError when it is off for the host of ``task``."""
    if not task._is_pipelining_enabled("new"):
        raise InfraError(
            "pipelining is off for this host; set pipelining = true and unset keep_remote_files in ansible.cfg"
        )
