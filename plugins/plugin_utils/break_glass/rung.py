# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways into a host, from the usual one to the last."""

from __future__ import annotations

import enum


class Rung(enum.Enum):
    """In the order in which they are tried."""

    SSH = "ssh"
    """To the host itself."""
    ATTACH = "attach"
    """Through its node, into the running container."""
    ROOT_FILE_SYSTEM = "root file system"
    """Through its node, into the stopped container."""

    @property
    def container_state(self) -> str | None:
        """What the node must say of the container for this way to be open; None when the node is not asked."""
        return {Rung.ATTACH: "running", Rung.ROOT_FILE_SYSTEM: "stopped"}.get(self)
