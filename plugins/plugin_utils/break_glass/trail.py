# SPDX-License-Identifier: GPL-3.0-or-later
"""The break-glass log of the controller, as far as it is about one repair."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...module_utils.host.host_error import HostError
from ...module_utils.log_chain import chain
from ...module_utils.log_chain.verdict import Head, Verdict
from ..errors import InfraError

#: Events. Those of hosts have the same names.
ORDERED, REFUSED, RUNG, SECRETS = (
    "repair-ordered",
    "repair-refused",
    "repair-rung",
    "repair-secrets",
)
HOST, ENDED, FAILED, DRILLED = "repair-host", "repair-ended", "repair-failed", "drilled"


class Trail:
    """Every line of one run carries its number, so that those of several runs are told apart."""

    def __init__(self, log_file: str) -> None:
        self._path = Path(log_file)
        self.run = secrets.token_hex(8)
        self.breaks: tuple[str, ...] = ()
        """What is wrong with the chain; nothing stops because of it, so somebody has to be told."""
        self.head = ""

    def say(self, event: str, about: Mapping[str, Any]) -> None:
        """Append a line. Raises InfraError when it cannot be written; then nothing more may be done."""
        try:
            appended = chain.append(self._path, {"event": event, "run": self.run, **about})
        except HostError as error:
            raise InfraError(str(error)) from None
        self.breaks = tuple(str(one) for one in appended.breaks) or self.breaks
        self.head = str(appended.head)

    def problems(self, known_elsewhere: str | None = None) -> tuple[str, ...]:
        """What is wrong with the whole chain, without writing to it; ``known_elsewhere`` is a head a host remembers.

        Raises InfraError when it cannot be read.
        """
        return tuple(str(one) for one in self._verdict(known_elsewhere).breaks)

    def head_of(self, asset: str) -> str | None:
        """What this chain remembers of the chain of a host."""
        records = [entry.record for entry in self._verdict().entries]
        heads = [record["host_head"] for record in records if record.get("asset") == asset and "host_head" in record]
        return str(heads[-1]) if heads else None

    def _verdict(self, known_elsewhere: str | None = None) -> Verdict:
        try:
            return chain.verify(self._path, Head.of(known_elsewhere or ""))
        except HostError as error:
            raise InfraError(str(error)) from None
