# SPDX-License-Identifier: GPL-3.0-or-later
"""The one YAML writer: the same object gives the same bytes, and every parser reads the same strings back.

A string stands plain only when it looks like a word or path in every YAML dialect: Python reads ``12:30`` as 750
and ``on`` as true (YAML 1.1), Go reads ``0o14`` as 12 and ``1e3`` as 1000 (YAML 1.2), kustomize reads both ways.
"""

from __future__ import annotations

import math
import re
import sys

import yaml

from .document import Json

#: Starts with a letter or slash, so it is no number, date, time or indicator in any dialect.
_PLAIN = re.compile(r"[A-Za-z/]([A-Za-z0-9_./:@-]*[A-Za-z0-9_/])?")
_MISREAD = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nil", "nan", "inf", "infinity"}
)
#: Empty, or visible up to its end.
_LINE = re.compile(r"([ -~\u00a1-\u024f]*[!-~\u00a1-\u024f])?")


class _Dumper(yaml.SafeDumper):
    """SafeDumper that quotes by our rule, never by that of one dialect, and writes no anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True

    # The signature is that of PyYAML.
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Items of a list stand deeper than its key, as yamllint and ansible-lint want them."""
        super().increase_indent(flow, indentless=False)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))

    def represent_number(self, number: float) -> yaml.ScalarNode:
        if not math.isfinite(number):
            raise ValueError("a number that is not finite has no place in a document")
        return super().represent_float(number)


_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(float, _Dumper.represent_number)


def yaml_text(content: Json, comment: str | None = None) -> str:
    """``content`` as one YAML document, keys sorted, under a one-line ``comment``."""
    text: str = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, width=sys.maxsize, explicit_start=True)
    return text if comment is None else f"# {comment}\n{text}"


def _style(text: str) -> str | None:
    if _PLAIN.fullmatch(text) and text.lower() not in _MISREAD:
        return None
    return "|" if _reads_well_as_block(text) else '"'


def _reads_well_as_block(text: str) -> bool:
    """Several lines with nothing that a literal block could lose at its edges."""
    *lines, rest = text.split("\n")
    framed = len(lines) > 1 and rest == "" and lines[0][:1].strip() != "" and lines[-1] != ""
    return framed and all(_LINE.fullmatch(line) for line in lines)
