# SPDX-License-Identifier: GPL-3.0-or-later
"""The host's own way in: sshd as Debian runs it."""

from __future__ import annotations

import os

from ..host_error import HostError
from ..layout import Layout
from . import systemd

UNIT = "ssh.service"
_SHOWN = ("ActiveState", "UnitFileState", "LoadState")


def bring_back(layout: Layout) -> list[str]:
    """Make sshd run; what was done, nothing when it ran. Raises HostError with what ``sshd -t`` says.

    It comes back for now and for the next boot. Its configuration is somebody else's and stays as it is.
    """
    shown = _shown()
    done = []
    if shown["LoadState"] == "masked":
        systemd.systemctl("unmask", "--", UNIT)
        done.append("unmasked " + UNIT)
        shown = _shown()
    if shown["UnitFileState"] == "disabled":
        systemd.systemctl("enable", "--", UNIT)
        done.append("enabled " + UNIT)
    if shown["ActiveState"] != "active":
        systemd.call(["systemctl", "reset-failed", "--", UNIT])
        _start(layout)
        done.append("started " + UNIT)
    return done


def _start(layout: Layout) -> None:
    started = systemd.call(["systemctl", "--no-ask-password", "start", "--", UNIT])
    if started.returncode or _shown()["ActiveState"] != "active":
        words = complaint(layout) or systemd.last_words(started.stderr)
        raise HostError(UNIT, f"does not start; sshd -t says: {words}", "fix /etc/ssh/sshd_config on the host")


def complaint(layout: Layout) -> str | None:
    """What sshd has against its configuration; None when it has nothing."""
    # Made by the unit when it starts, so without it sshd would only complain of its absence.
    os.makedirs(str(layout.inside("/run/sshd")), mode=0o755, exist_ok=True)
    tested = systemd.call(["/usr/sbin/sshd", "-t"])
    return systemd.last_words(tested.stderr) if tested.returncode else None


def _shown() -> systemd.Properties:
    return systemd.show([UNIT], _SHOWN)[UNIT]
