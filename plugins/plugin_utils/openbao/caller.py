# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks whom, for the words of a failure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Names only; ``login_path`` is None for who brings a token."""

    server: str
    namespace: str | None
    credential: str
    login_path: str | None
