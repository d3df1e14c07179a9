# SPDX-License-Identifier: GPL-3.0-or-later
"""The break-glass log of the controller: what is written, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...module_utils.host.host_error import HostError
from ...module_utils.log_chain import chain
from ...module_utils.log_chain.verdict import Break, Head, Verdict
from ..errors import InfraError


class Log:
    """One chain of lines, read and written. All of it raises InfraError when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.breaks: tuple[Break, ...] = ()
        """What was last found wrong with the chain; nothing stops because of it, so it has to be reported."""
        self.head: Head | None = None
        """End of the chain as it was last seen; to be kept elsewhere too."""

    def append(self, event: str, about: Mapping[str, Any]) -> None:
        """Add a line, durably. A chain that is broken before it stays on record as broken."""
        try:
            appended = chain.append(self.path, {"event": event, **about})
        except HostError as error:
            raise InfraError(str(error)) from None
        self.breaks, self.head = appended.breaks or self.breaks, appended.head

    def verdict(self, known_elsewhere: Head | None = None) -> Verdict:
        """Every line that can be read, and what is wrong; ``known_elsewhere`` is a head that a host remembers."""
        try:
            verdict = chain.verify(self.path, known_elsewhere)
        except HostError as error:
            raise InfraError(str(error)) from None
        self.breaks, self.head = verdict.breaks, verdict.head
        return verdict

    def records(self) -> list[dict[str, Any]]:
        """What the lines say."""
        return [entry.record for entry in self.verdict().entries]
