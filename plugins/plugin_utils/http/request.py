# SPDX-License-Identifier: GPL-3.0-or-later
"""One request of HTTP/1.1 as bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_TARGET = re.compile(r"[^\x21-\x7e]")


class UnfitRequestError(ValueError):
    """A request that would be read as another one. It is not quoted, as it may hold a credential."""

    def __init__(self) -> None:
        super().__init__("a target or header of a request holds a character that HTTP does not allow there")


def request_bytes(origin: str, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """The whole request; ``origin`` is host and port. Raises UnfitRequestError, UnicodeError."""
    if _NO_TARGET.search(target) or any(_CONTROL.search(part) for pair in headers.items() for part in pair):
        raise UnfitRequestError
    lines = [f"{method} {target} HTTP/1.1", f"Host: {origin}", *(f"{name}: {text}" for name, text in headers.items())]
    if body is not None or method in _WITH_BODY:
        lines.append(f"Content-Length: {len(body or b'')}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
