# SPDX-License-Identifier: GPL-3.0-or-later
"""A file for a folder of root, sent by somebody who becomes root: in pieces, each as the input of a command of root.

The file transfer of a connection works as who logs in, and a folder that this user could write to is one in which he
could change what root unpacks.
"""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path

from ansible.plugins.action import ActionBase

from ..errors import InfraError
from .deadline import within

MEBIBYTE = 1 << 20
#: What either side holds in memory at a time.
PIECE_MEBIBYTES = 8
#: For one piece.
PIECE_SECONDS = 120


def becomes_root(task: ActionBase) -> bool:
    """Who logs in is not root, as far as Ansible knows, and becomes it."""
    return bool(task._connection.become) and task._get_remote_user() not in task._get_admin_users()


def upload(task: ActionBase, source: Path, target: str) -> None:
    """Write the file ``source`` to ``target`` on the host of ``task``, as whom it becomes.

    Raises InfraError with the words of the host, AnsibleConnectionFailure when it gives no answer.
    """
    with open(source, "rb") as file:
        for number, piece in enumerate(iter(partial(file.read, PIECE_MEBIBYTES * MEBIBYTE), b"")):
            # To its place, so that a piece that is sent twice does no harm.
            place = f"bs=1M seek={number * PIECE_MEBIBYTES} conv=notrunc status=none"
            command = f"dd of={shlex.quote(target)} {place}"
            answer = within(PIECE_SECONDS, partial(task._low_level_execute_command, command, in_data=piece))
            if answer["rc"]:
                said = " ".join(answer["stderr"].split())[-400:] or "it gave no reason"
                raise InfraError(f"{target}: was not written: {said}; look at the disk of the host")
