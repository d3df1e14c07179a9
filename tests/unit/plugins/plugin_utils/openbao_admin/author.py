# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a policy says, in HCL or in JSON, in one of the many ways to say it."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from .said import Entry

_GAPS = ("", "", "", " ", "\n", "\r\n", "\t", "# x\n", "// { \n", "/* } \n*/")
_ENDS = ("\n", "\n", " ", ",", "\n# x\n", "// x\n")
_SPACES = ("", "", " ", "\n", "\r\n\t")


class Author:
    """Every choice is taken from ``random``."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def hcl(self, entries: Iterable[Entry]) -> str:
        """Labels or attributes, escapes or characters, heredocs, commas, comments."""
        name = self._random.choice(["path", '"path"', self._quoted("path")])
        return self._gap() + "".join(self._stanza(name, entry) for entry in entries)

    def json(self, entries: Iterable[Entry]) -> str:
        """Paths in one object each or together; twice the same key where it comes twice."""
        said = [f"{self._quoted(one.path)}: {self._object(one.attributes)}" for one in entries]
        if not self._is_likely():
            return _in_braces(f'"path"{self._space()}:{{{one}}}' for one in said)
        inner = _in_braces(said) if self._is_likely() else f"[{', '.join(_in_braces([one]) for one in said)}]"
        return f'{self._space()}{{"path":{self._space()}{inner}{self._space()}}}'

    # HCL

    def _stanza(self, name: str, entry: Entry) -> str:
        body = "".join(self._attribute(*one) for one in entry.attributes)
        return f"{name}{self._gap()} {self._quoted(entry.path)} {{{self._gap()}{body}}}{self._gap()}{self._comma()}\n"

    def _attribute(self, name: str, value: Any) -> str:
        if isinstance(value, dict) and self._is_likely():
            for label, inner in value.items():
                if isinstance(inner, dict):
                    return f"{name} {self._quoted(label)} {self._value(inner)}{self._end()}"
            return f"{self._key(name)} {self._value(value)}{self._end()}"
        return f"{self._key(name)} ={self._gap()} {self._value(value)}{self._end()}"

    def _value(self, value: Any) -> str:
        if isinstance(value, dict):
            return f"{{{self._gap()}{''.join(self._attribute(*one) for one in value.items())}}}"
        if isinstance(value, list):
            return self._list(value)
        if isinstance(value, str):
            return self._heredoc(value) if value.endswith("\n") and self._is_likely() else self._quoted(value)
        return str(value).lower()

    def _list(self, values: list[Any]) -> str:
        items = "".join(f"{self._value(value)}{self._gap()}," for value in values)
        return f"[{self._gap()}{items if self._is_likely() else items[:-1]}{self._comma()}{self._gap()}]"

    def _heredoc(self, text: str) -> str:
        if self._is_likely():
            return f"<<EOF\n{text}EOF\n"
        indented = "".join(f"  {line}" for line in text.splitlines(keepends=True))
        return f"<<-END\n{indented}  END\n"

    def _key(self, name: str) -> str:
        return name if name.isidentifier() and self._is_likely() else self._quoted(name)

    # JSON

    def _object(self, items: Iterable[tuple[str, Any]]) -> str:
        return _in_braces(f"{self._quoted(name)}: {self._in_json(value)}" for name, value in items)

    def _in_json(self, value: Any) -> str:
        if isinstance(value, dict):
            return self._object(value.items())
        if isinstance(value, list):
            return f"[{', '.join(self._in_json(item) for item in value)}]"
        return self._quoted(value) if isinstance(value, str) else str(value).lower()

    # Both

    def _quoted(self, text: str) -> str:
        return f'"{"".join(self._character(one) for one in text)}"'

    def _character(self, one: str) -> str:
        number = ord(one)
        forms = [f"\\U{number:08x}", *([f"\\u{number:04X}"] if number <= 0xFFFF else [])]
        forms += [f"\\x{number:02x}", f"\\{number:03o}"] if number < 128 else []
        forms += [f"\\{one}"] if one in '"\\' else [one] * (0 if one in "\n$" else 40)
        return self._random.choice(forms)

    def _is_likely(self) -> bool:
        return self._random.random() < 0.7

    def _comma(self) -> str:
        return "," if self._random.random() < 0.1 else ""

    def _gap(self) -> str:
        return self._random.choice(_GAPS)

    def _end(self) -> str:
        return self._random.choice(_ENDS)

    def _space(self) -> str:
        return self._random.choice(_SPACES)


def _in_braces(items: Iterable[str]) -> str:
    return f"{{{', '.join(items)}}}"
