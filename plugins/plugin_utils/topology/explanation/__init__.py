# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a value of a topology comes from: a line of a file, the model, or a rule."""

from __future__ import annotations

from .closest import UnknownPathError
from .explanation import Explanation, explain
from .explanation_data import ExplanationData, explanation_data
from .explanation_text import explanation_text
from .known_value import Origin

__all__ = [
    "Explanation",
    "ExplanationData",
    "Origin",
    "UnknownPathError",
    "explain",
    "explanation_data",
    "explanation_text",
]
