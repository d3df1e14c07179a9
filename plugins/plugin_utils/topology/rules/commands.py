# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of a service: the one it is, and those around it."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..position import Path


def command_words(topology: Topology) -> Iterator[tuple[Path, int, str]]:
    """Each word of each command, with the path of the command and its number in it."""
    return (
        (path, number, word) for path, command, _service in topology.commands for number, word in enumerate(command)
    )
