# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a topology as bytes and text, refused when a reader could see something else than is there."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from ..position import Position
from ..violation import Violation

MAX_BYTES = 4 * 1024 * 1024
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
#: Tabs, control characters, exotic line breaks, text direction marks and what has no width.
_REFUSED_CHARACTERS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_WORDS = {
    "\t": ("a tab", "use spaces; inside double quotes write \\t"),
    "\r": ("a carriage return", "save the file with Unix line endings"),
}


class RefusedSourceError(Exception):
    """The file cannot be read as text at all; carries the violation."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(str(violation))
        self.violation = violation


@dataclass(frozen=True, slots=True)
class Source:
    """One file: the name to show, its bytes, and the same as text."""

    name: str
    data: bytes
    text: str


def read_source(file: str) -> Source:
    """The content of ``file``. Raises RefusedSourceError when it is no plain UTF-8 file of at most MAX_BYTES."""
    data = _read(file)
    if data.startswith(_BYTE_ORDER_MARKS):
        raise _refused(file, "the file starts with a byte order mark", "save it as UTF-8 without BOM")
    try:
        return Source(file, data, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise RefusedSourceError(
            Violation((), "the file is not UTF-8", "save it as UTF-8", position=_position(file, before, len(before)))
        ) from None


def refused_characters(source: Source) -> Iterator[Violation]:
    """One violation for each kind of refused character, at its first place."""
    first: dict[str, int] = {}
    for found in _REFUSED_CHARACTERS.finditer(source.text):
        first.setdefault(found[0], found.start())
    for character, offset in first.items():
        what, hint = _WORDS.get(character) or (name_of(character), "remove it; inside double quotes write its escape")
        yield Violation((), f"{what} in the file", hint, position=_position(source.name, source.text, offset))


def refused_character(text: str) -> str | None:
    """The first character of a double-quoted value that is refused even when escaped, or None.

    Line breaks and tabs are data there.
    """
    return next((found[0] for found in _REFUSED_CHARACTERS.finditer(text) if found[0] not in "\t\r"), None)


def name_of(character: str) -> str:
    """``U+200B ZERO WIDTH SPACE``."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def _read(file: str) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _refused(file, f"the file cannot be opened: {_reason(error)}", "check the name") from None
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _refused(file, "this is not a regular file", "name a file or a directory of files")
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _refused(file, "the file is larger than 4 MiB", "split it into a directory of files")
    return data


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "not a file name"


def _refused(file: str, what: str, hint: str) -> RefusedSourceError:
    return RefusedSourceError(Violation((), what, hint, position=Position(file)))


def _position(file: str, text: str, offset: int) -> Position:
    return Position(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def topology_files(path: str) -> list[str]:
    """``path`` itself, or the ``*.yml`` files in it by name. Raises RefusedSourceError for anything unclear."""
    folder = FilePath(path)
    if not folder.is_dir():
        return [path]
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith(".") and not entry.is_dir())
    for entry in entries:
        if entry.suffix in (".yaml", ".json"):
            raise _refused(str(entry), "this file would not be read", "name it *.yml or move it away")
        if entry.suffix == ".yml" and entry.resolve().parent != folder.resolve():
            raise _refused(str(entry), "this link leaves the folder", "put the file itself here")
    files = [str(entry) for entry in entries if entry.suffix == ".yml"]
    if not files:
        raise _refused(path, "the folder holds no *.yml file", "name the topology or its folder")
    return files
