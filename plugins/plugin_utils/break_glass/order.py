# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what to which host, why, and until when: without all of it nothing is touched."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..errors import InfraError
from ..text import is_id, is_line, time_text

#: A night. A repair that needs longer asks again.
LONGEST = dt.timedelta(hours=12)
_GENERATION = re.compile(r"[0-9a-f]{16}|previous")


class Repair(enum.Enum):
    """What can be done to a host; nothing else can."""

    CONVERGE = "converge"
    """Bring it to the generation its topology asks for."""
    RESTART = "restart"
    """Restart the services of the generation it has."""
    ROLLBACK = "rollback"
    """Bring it to an older generation it has kept."""


class RefusedOrderError(InfraError):
    """The order lacks something; carries every reason, one per line."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class Order:
    """A sound order."""

    asset: str
    reason: str
    operator: str
    expires: dt.datetime
    repair: Repair = Repair.CONVERGE
    generation: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, str | None], hosts: Collection[str], now: dt.datetime) -> Order:
        """The order in plain text; ``hosts`` are the managed LXC assets, ``now`` is aware.

        Raises RefusedOrderError with every reason at once.
        """
        reasons = [
            *_asset_reasons(given.get("asset"), hosts),
            *_line_reasons("operator", given.get("operator"), "who does this"),
            *_line_reasons("reason", given.get("reason"), "why"),
            *_expiry_reasons(given.get("expires"), now),
            *_repair_reasons(given.get("repair"), given.get("generation")),
        ]
        if reasons:
            raise RefusedOrderError(reasons)
        words = {name: str(given[name]) for name in ("asset", "reason", "operator")}
        repair = Repair(given.get("repair") or Repair.CONVERGE.value)
        return cls(**words, expires=_time(str(given["expires"])), repair=repair, generation=given.get("generation"))

    def check(self, now: dt.datetime) -> None:
        """Raises RefusedOrderError when its time is over."""
        if now >= self.expires:
            raise RefusedOrderError([f"expires: {time_text(self.expires)} is over; give a later one and say why"])

    def record(self) -> dict[str, str | None]:
        """For the break-glass log."""
        return {
            "asset": self.asset,
            "operator": self.operator,
            "reason": self.reason,
            "expires": time_text(self.expires),
            "repair": self.repair.value,
            "wanted": self.generation,
        }


def _asset_reasons(asset: str | None, hosts: Collection[str]) -> list[str]:
    if not asset:
        return ["asset: is missing; name the one host to repair"]
    if not is_id(asset):
        return ["asset: is not the id of one asset; name one host, not a list or a pattern"]
    if asset not in hosts:
        known = ", ".join(sorted(hosts)[:20]) or "none"
        return [f"asset: {asset!r} is no LXC asset of this topology; there are: {known}"]
    return []


def _line_reasons(name: str, text: str | None, what: str) -> list[str]:
    if not text or not text.strip():
        return [f"{name}: is missing; say {what}"]
    return [] if is_line(text) else [f"{name}: is not one line of at most 512 characters; say {what} shorter"]


def _expiry_reasons(text: str | None, now: dt.datetime) -> list[str]:
    hint = f"write a time such as {time_text(now + dt.timedelta(hours=2))}"
    if not text:
        return [f"expires: is missing; {hint}"]
    try:
        expires = _time(text)
    except ValueError:
        return [f"expires: is not a time with its zone; {hint}"]
    if expires <= now:
        return [f"expires: {time_text(expires)} is over; {hint}"]
    if expires > now + LONGEST:
        return [f"expires: {time_text(expires)} is more than {LONGEST // dt.timedelta(hours=1)} hours away; {hint}"]
    return []


def _repair_reasons(repair: str | None, generation: str | None) -> list[str]:
    known = [one.value for one in Repair]
    if repair is not None and repair not in known:
        return [f"repair: is none we know; choose one of {', '.join(known)}"]
    if (repair == Repair.ROLLBACK.value) != bool(generation):
        return ["generation: belongs to repair=rollback; give both or neither"]
    if generation and not _GENERATION.fullmatch(generation):
        return ["generation: is not an id of 16 hex digits; name one, or 'previous'"]
    return []


def _time(text: str) -> dt.datetime:
    """Raises ValueError for anything but a time with its zone."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(dt.UTC)
