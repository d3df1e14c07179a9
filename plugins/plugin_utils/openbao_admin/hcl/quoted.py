# SPDX-License-Identifier: GPL-3.0-or-later
"""A quoted string: where it ends, and which text it means."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPE = r'\\(?:[abfnrtv\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})'
_PIECE = re.compile(rf'{_ESCAPE}|[^"\\{{}}$\n]+|\$\{{|[{{}}$\n"]')
_PLAIN = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34}
_OPEN = ("a string without an end", "close it on its line")
_REPLACEMENT = "\ufffd"


def end(text: str, start: int, *, is_json: bool) -> int:
    """The offset behind the string that opens at ``start``; what is wrong as a ValueError with the offset.

    In HCL, between ``${`` and ``}``, a quote and a line end are characters like any other; JSON knows no such thing.
    """
    position, depth = start + 1, 0
    while match := _PIECE.match(text, position):
        piece, position = match[0], match.end()
        if piece == '"' and not depth:
            return position
        if piece == "\n" and not depth:
            raise ValueError(start, *_OPEN)
        depth = 0 if is_json else _depth(piece, depth)
    if text.startswith("\\", position):
        raise ValueError(position, "an escape that HCL does not know", r"write \\ for a backslash")
    raise ValueError(start, *_OPEN)


def _depth(piece: str, depth: int) -> int:
    """How many braces are open behind a piece, counted from the ``${`` that opened the first."""
    if piece == "${" or (piece == "{" and depth):
        return depth + 1
    return depth - 1 if piece == "}" and depth else depth


def value(quoted: str, *, is_json: bool) -> str:
    """What a string means that has an end. Raises ValueError for an escape beyond Unicode."""
    pieces = _json_pieces(quoted[1:-1]) if is_json else _pieces(quoted[1:-1])
    return b"".join(pieces).decode(errors="surrogateescape")


def _json_pieces(text: str) -> Iterator[bytes]:
    for match in re.finditer(rf"{_ESCAPE}|[^\\]+", text):
        yield _bytes(match[0], is_json=True)


def _pieces(text: str) -> Iterator[bytes]:
    """What stands between ``${`` and ``}`` stays as it is written."""
    depth = 0
    for match in _PIECE.finditer(text):
        is_raw, depth = depth > 0, _depth(match[0], depth)
        if is_raw and _REPLACEMENT in match[0]:
            raise ValueError("U+FFFD between ${ and }")
        yield match[0].encode() if is_raw else _bytes(match[0], is_json=False)


def _bytes(piece: str, *, is_json: bool) -> bytes:
    if piece[0] != "\\":
        return piece.encode()
    if piece[1] in _PLAIN:
        return bytes([_PLAIN[piece[1]]])
    if piece[1].isdigit():
        return bytes([int(piece[1:], 8)])
    letter, number = piece[1], int(piece[2:].rjust(8, "0"), 16)
    return bytes([number]) if letter == "x" else _character(number, is_json=is_json)


def _character(number: int, *, is_json: bool) -> bytes:
    """``\\u`` and ``\\U``. HCL takes surrogates, and counts in 32 bits with a sign: below zero is a single byte."""
    is_surrogate = 0xD800 <= number <= 0xDFFF
    if number >= 0x80000000 and not is_json:
        return bytes([number & 0xFF])
    if number > 0x10FFFF or (is_surrogate and is_json):
        raise ValueError("no character of Unicode")
    return (_REPLACEMENT if is_surrogate else chr(number)).encode()
