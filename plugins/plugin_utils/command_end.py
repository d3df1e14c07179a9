# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a command of Ansible that must not go on."""

from __future__ import annotations

from typing import NoReturn

from ansible.utils.display import Display

#: What Ansible ends with when an inventory or a playbook cannot be used.
PARSER_ERROR = 4


def end_command(reason: str | Exception) -> NoReturn:
    """Show ``reason`` once, and end the process with ``PARSER_ERROR``.

    Ansible takes any Exception of an inventory plugin for a hint to try the next plugin. Then, unless its configuration
    says otherwise, it warns and goes on: without hosts every play is skipped, and a command that did nothing ends
    with 0. It lets SystemExit pass, and cleans up. Only for what runs in the process of the command, not in a fork.
    """
    Display().error(reason)
    raise SystemExit(PARSER_ERROR)
