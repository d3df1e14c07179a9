# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody may have meant by a name that does not exist."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

_LONGEST_GUESS = 64


def close_names(name: str, known: Any) -> str:
    """``did you mean 'x'?`` or the known names; ``name`` may be anything a user typed."""
    names = sorted(known)
    near = get_close_matches(name, names, n=2, cutoff=0.6) if len(name) <= _LONGEST_GUESS else []
    if near:
        return "did you mean " + " or ".join(repr(guess) for guess in near) + "?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"known are: {shown}" if names else "none is declared"
