# SPDX-License-Identifier: GPL-3.0-or-later
"""Users a generation needs."""

from __future__ import annotations

import pwd
from collections.abc import Iterable


def missing(names: Iterable[str]) -> list[str]:
    """Those that this host does not know."""
    return [name for name in names if not _is_known(name)]


def _is_known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
