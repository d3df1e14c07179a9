# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing about a host that is not as its confirmed generation says."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

#: Findings that the next run of site does not mend: what somebody does, in words; ``{}`` is a unit or a path.
RESTART = "systemctl daemon-reload && systemctl restart {} on the host"
INSTEAD = "rm {} && systemctl daemon-reload && systemctl restart {} on the host"
RELOAD = "systemctl daemon-reload on the host"
ANEW = "rm {} on the host, then run site, which makes it anew"
INSTALL = "install it, or take what is said about it out of the topology"
REMOVE = "who put it there decides: remove it, or say it in the topology"
DELIVER = "deliver it: ansible-playbook fractalops.infra.deploy"
CONTAINER = (
    "systemctl restart {} on the host; if it comes back, let the container do it, or name it in accept_not_in_force of "
    "the asset"
)
WAIT = "wait for its end"
LOOK = "look at the disk and at systemd of the host"


class Kind(str, enum.Enum):
    """What a finding is about."""

    GENERATION = "generation"
    """None is confirmed, or it cannot be read."""
    TRANSACTION = "transaction"
    """An activation is open, so nothing else is compared."""
    UNIT_FILE = "unit-file"
    DROPIN = "drop-in"
    ACCOUNTS = "accounts"
    """Users and directories: what systemd-sysusers and systemd-tmpfiles are given, and what there is."""
    CONFIG_FILE = "config-file"
    CREDENTIAL = "credential"
    MODE = "mode"
    LINK = "link"
    LEFTOVER = "leftover"
    PROCESS = "process"
    """It was started from something else than what is there now."""
    PROPERTY = "property"
    NOT_IN_FORCE = "not-in-force"
    """The kernel does not do to a process what was declared and what systemd shows."""
    STATE = "state"
    RELEASE = "release"
    UNKNOWN_UNIT = "unknown-unit"
    UNREADABLE = "unreadable"
    """A part of the host that could not be looked at."""


@dataclass(frozen=True)
class Finding:
    """``expected`` and ``found`` are words for people; None where there should be, or is, nothing. Never a secret."""

    kind: Kind
    subject: str
    expected: str | None
    found: str | None
    next: str | None = None
    """What somebody has to do; None when the next run of site mends it."""

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {**vars(self), "kind": self.kind.value}
