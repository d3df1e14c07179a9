# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of ssh that notice by themselves that the other side is gone."""

from __future__ import annotations

from typing import Any

#: ssh takes the first value it is given: what a user has set in ``ssh_args`` or ``ssh_common_args`` comes first.
ARGUMENTS = "-o ServerAliveInterval=5 -o ServerAliveCountMax=3"
#: What comes after them on the command line of ssh, sftp and scp.
_OPTIONS = ("ssh_extra_args", "sftp_extra_args", "scp_extra_args")


def keep_alive(connection: Any) -> bool:
    """For every connection that ``connection`` opens from now on; one that is open already stays as it is.

    False for a connection plugin without these options, which is left alone.
    """
    for name in _OPTIONS:
        try:
            given = connection.get_option(name) or ""
        except (KeyError, AttributeError):
            return False
        if ARGUMENTS not in given:
            connection.set_option(name, f"{given} {ARGUMENTS}".strip())
    return True
