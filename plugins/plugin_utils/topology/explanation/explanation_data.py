# SPDX-License-Identifier: GPL-3.0-or-later
"""An explanation as plain data."""

from __future__ import annotations

from typing import Any, TypedDict

from ..violation import dotted
from .explanation import Explanation
from .explanation_text import explanation_text


class ExplanationData(TypedDict):
    """JSON types only; what there is nothing to say about is null or empty."""

    path: str
    value: Any
    origin: str
    position: str | None
    description: str | None
    rule: str | None
    sources: list[ExplanationData]
    makes: list[str]
    text: list[str]
    """The same for people, line by line."""


def explanation_data(explanation: Explanation) -> ExplanationData:
    """Every part of ``explanation``, its sources included."""
    return ExplanationData(
        path=dotted(explanation.path),
        value=explanation.value,
        origin=explanation.origin.value,
        position=str(explanation.position) if explanation.position else None,
        description=explanation.description,
        rule=explanation.rule,
        sources=[explanation_data(source) for source in explanation.sources],
        makes=[dotted(path) for path in explanation.makes],
        text=explanation_text(explanation).splitlines(),
    )
