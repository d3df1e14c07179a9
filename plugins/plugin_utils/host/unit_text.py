# SPDX-License-Identifier: GPL-3.0-or-later
"""Topology data as literal text in unit files: what goes in is what systemd reads back, never a directive.

Source: systemd.syntax(7) for quoting, systemd.unit(5) for ``%`` specifiers, systemd.service(5) for ``$`` in commands.
"""

from __future__ import annotations

import re

from ..errors import InfraError

_LINE_BREAKERS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def value(text: str) -> str:
    """``text`` as the whole value of a setting that expands specifiers."""
    _refuse_line_breakers(text)
    if text.endswith("\\"):
        raise InfraError("unit value: ends with a backslash, which would swallow the next line; remove it")
    return text.replace("%", "%%")


def word(text: str) -> str:
    """``text`` as one quoted word of a command line."""
    _refuse_line_breakers(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def assignment(name: str, text: str) -> str:
    """``name=text`` as one quoted word of ``Environment=``, where ``$`` means nothing."""
    _refuse_line_breakers(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{name}={escaped}"'


def _refuse_line_breakers(text: str) -> None:
    if _LINE_BREAKERS.search(text):
        raise InfraError("unit value: holds a control character or line break; remove it")
