# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret in plain text, where only refs belong."""

from __future__ import annotations

from ...module_utils.secret_shape.rule import WORDS
from ...module_utils.secret_shape.shape import FREQUENT_SHAPES, SHAPES


def secret_name(text: str) -> str | None:
    """What kind of secret ``text`` contains, or None. What only stands for one counts: a topology has refs for that."""
    content = text.encode("utf-8", "replace")
    return next((WORDS[shape.rule] for shape in (*SHAPES, *FREQUENT_SHAPES) if shape.is_in(content)), None)
