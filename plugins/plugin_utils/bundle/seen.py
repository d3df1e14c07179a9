# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bundles a host has had already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: Events of the break-glass log.
MADE, OPENED, USED, REFUSED = "bundle-made", "bundle-opened", "bundle-used", "bundle-refused"


@dataclass(frozen=True, slots=True)
class Seen:
    """What shows a replay. Values can be joined from several chains with ``|``."""

    highest_serial: int = 0
    """Of the bundles that were opened for the host; a lower one is a replay."""
    used_serials: frozenset[int] = frozenset()
    """Of the bundles the host was repaired with; each again is a replay."""

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]], host: str) -> Seen:
        """From the records of a break-glass log. Records of other hosts and events do not count."""
        serials: dict[str, set[int]] = {OPENED: set(), USED: set()}
        for record in records:
            event, serial = record.get("event"), record.get("serial")
            if event in serials and record.get("host") == host and isinstance(serial, int):
                serials[event].add(serial)
        return cls(max(serials[OPENED] | serials[USED], default=0), frozenset(serials[USED]))

    def __or__(self, other: Seen) -> Seen:
        highest = max(self.highest_serial, other.highest_serial)
        return Seen(highest, self.used_serials | other.used_serials)


NOTHING_SEEN = Seen()
