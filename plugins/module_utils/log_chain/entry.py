# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a break-glass log."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Optional

Record = dict[str, Any]
#: What the first line follows on.
GENESIS = "0" * 64
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """A record, and what ties it to the line before."""

    seq: int
    """Counts from 1."""
    time: str
    """UTC, by the clock of the writer."""
    previous: str
    """``sha256`` of the line before."""
    record: Record
    broken: Optional[str]  # noqa: UP045  Python 3.9
    """What was wrong with the chain when this was appended to it; None when nothing was."""
    sha256: str = ""
    """Of all the rest, in its canonical encoding."""

    @classmethod
    def of(cls, line: bytes) -> Optional[Entry]:  # noqa: UP045  Python 3.9
        """The entry in ``line``; None when it is not in the form of one. Whether its digest is right is not asked."""
        try:
            data = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError):
            return None
        if not isinstance(data, dict) or set(data) != {field.name for field in fields(cls)}:
            return None
        # One encoding only: NaN, which Python reads and JSON does not know, has none.
        return cls(**data) if cls._is_sound(data) and line == _encoded(data) else None

    def sealed(self) -> Entry:
        """This entry with its digest."""
        return Entry(self.seq, self.time, self.previous, self.record, self.broken, self.digest())

    def digest(self) -> str:
        """What ``sha256`` must be."""
        data = {name: value for name, value in asdict(self).items() if name != "sha256"}
        return hashlib.sha256(_canonical(data)).hexdigest()

    def line(self) -> bytes:
        """The one encoding there is, without its line break."""
        return _canonical(asdict(self))

    @staticmethod
    def _is_sound(data: dict[str, Any]) -> bool:
        digests = (data["previous"], data["sha256"])
        return (
            type(data["seq"]) is int
            and data["seq"] > 0
            and isinstance(data["time"], str)
            and isinstance(data["record"], dict)
            and (data["broken"] is None or isinstance(data["broken"], str))
            and all(isinstance(digest, str) and _DIGEST.fullmatch(digest) for digest in digests)
        )


def _encoded(data: object) -> bytes:
    try:
        return _canonical(data)
    except (ValueError, RecursionError):
        return b""


def _canonical(data: object) -> bytes:
    """Sorted keys, no blanks, ASCII, no number that JSON does not know. Raises ValueError, TypeError."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
