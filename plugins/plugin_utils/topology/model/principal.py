# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts when nobody is named: at a command line, in the background, in the audit log."""

from __future__ import annotations

from typing import Annotated

from .base import Line, Model
from .kind import text

PrincipalId = Annotated[
    str,
    text(
        r"^(user|service|system):[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$",
        "a principal",
        "write user:, service: or system: and a name, such as service:fractalops-cli",
    ),
]


class Principal(Model):
    """One principal as products know it."""

    id: PrincipalId
    """Kind and name, such as ``service:fractalops-cli``."""
    display_name: Line | None = None
    """Name for people."""


class PrincipalDefaults(Model):
    """The three defaults; none stands in for another."""

    cli: Principal
    """Acts for commands that an operator types."""
    system: Principal
    """Acts for work that nobody started by hand."""
    audit: Principal
    """Writes the audit log."""
