# SPDX-License-Identifier: GPL-3.0-or-later
"""A heredoc: ``<<NAME``, lines, ``NAME``; ``<<-NAME`` takes away the indentation of its last line."""

from __future__ import annotations

import re

_SPACE = r"[\t\n\v\f\r ]*"
_CLOSE = "close it with its name on a line of its own"


def end(text: str, start: int) -> int:
    """The offset behind the heredoc that opens at ``start``; what is wrong as a ValueError with the offset."""
    opening = re.compile(r"<<(-?\w*\r?)\n").match(text, start)
    if opening is None or not opening[1].lstrip("-") or not _is_name(opening[1].removeprefix("-").rstrip("\r")):
        raise ValueError(start, "a heredoc without a name", "write <<NAME and end the line")
    closing = re.compile(f"{_SPACE}{opening[1].removeprefix('-')}\r*")
    position = opening.end()
    while (line_end := text.find("\n", position)) >= 0:
        # OpenBao counts the dash too: behind <<-EOF a bare EOF closes nothing, it has to be indented.
        is_long_enough = line_end - position >= len(opening[1])
        if is_long_enough and closing.fullmatch(text, position, line_end):
            return line_end + 1
        position = line_end + 1
    raise ValueError(start, "a heredoc without an end", _CLOSE)


def _is_name(name: str) -> bool:
    return all(character == "_" or character.isalpha() or character.isdecimal() for character in name)


def value(heredoc: str) -> str:
    """The lines of a heredoc. Counted in bytes from the end, by the length of the name, as OpenBao does."""
    raw = heredoc.encode()
    start, tail = raw.index(b"\n") + 1, len(raw) - raw.index(b"\n")
    found = _unindented(raw, start, tail) if heredoc[2] == "-" else raw[start : tail + 1]
    return found.decode(errors="surrogateescape")


def _unindented(raw: bytes, start: int, tail: int) -> bytes:
    *lines, indent = raw[start : tail + 2].split(b"\n")
    if not all(line.startswith(indent) for line in lines):
        return raw[start : tail + 1].rstrip(b" \t")
    return b"".join(line.removeprefix(indent) + b"\n" for line in lines)
