# SPDX-License-Identifier: GPL-3.0-or-later
"""The break-glass log of the controller, as far as it is about one repair."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...module_utils.log_chain.verdict import Head
from ..bundle.log import Log

#: Events. Those of hosts have the same names.
ORDERED, REFUSED, RUNG, SECRETS = (
    "repair-ordered",
    "repair-refused",
    "repair-rung",
    "repair-secrets",
)
HOST, ENDED, FAILED, DRILLED = "repair-host", "repair-ended", "repair-failed", "drilled"


class Trail:
    """Every line of one run carries its number, so that those of several runs can be told apart."""

    def __init__(self, log_file: str) -> None:
        self._log = Log(Path(log_file))
        self.run = secrets.token_hex(8)

    @property
    def breaks(self) -> tuple[str, ...]:
        """What is wrong with the chain; nothing stops because of it, so it has to be reported."""
        return tuple(map(str, self._log.breaks))

    @property
    def head(self) -> str:
        """The end of the chain; empty before anything was said or read."""
        return "" if self._log.head is None else str(self._log.head)

    def say(self, event: str, about: Mapping[str, Any]) -> None:
        """Append a line. Raises InfraError when it cannot be written; then nothing more may be done."""
        self._log.append(event, {"run": self.run, **about})

    def problems(self, known_elsewhere: str | None = None) -> tuple[str, ...]:
        """What is wrong with the whole chain, without writing to it; ``known_elsewhere`` is a head a host remembers.

        Raises InfraError when it cannot be read.
        """
        return tuple(map(str, self._log.verdict(Head.of(known_elsewhere or "")).breaks))

    def head_of(self, asset: str) -> str | None:
        """What this chain remembers of the chain of a host."""
        records = self._log.records()
        heads = [record["host_head"] for record in records if record.get("asset") == asset and "host_head" in record]
        return str(heads[-1]) if heads else None
