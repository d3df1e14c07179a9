# SPDX-License-Identifier: GPL-3.0-or-later
"""An explanation for people to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..violation import dotted
from .explanation import Explanation
from .known_value import Origin

_MOST_NAMES = 12
_LONGEST_TEXT = 200


def explanation_text(explanation: Explanation) -> str:
    """The value, then one line for each thing there is to say about it."""
    lines = [f"{dotted(explanation.path)} = {_shown(explanation.value)}"]
    lines += [f"  {word:<9} {text}" for word, text in _facts(explanation)]
    return "\n".join(lines) + "\n"


def _facts(explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield explanation.origin.value, _origin(explanation)
    for number, source in enumerate(explanation.sources):
        yield "" if number else "from", f"{dotted(source.path)} = {_shown(source.value)}, {_origin(source)}"
    if explanation.description:
        yield "field", " ".join(explanation.description.split())
    for number, path in enumerate(explanation.makes):
        yield "" if number else "makes", dotted(path)


def _origin(explanation: Explanation) -> str:
    if explanation.origin is Origin.DECLARED:
        return str(explanation.position)
    if explanation.origin is Origin.DEFAULT:
        return f"default of the model; not written at {explanation.position}"
    return explanation.rule or "what stands in it is derived"


def _shown(value: Any) -> str:
    """``value`` as JSON; of a mapping the keys only, and nothing longer than a line or two."""
    if isinstance(value, dict):
        names = ", ".join(list(value)[:_MOST_NAMES]) + (", …" if len(value) > _MOST_NAMES else "")
        return f"{{{len(value)}: {names}}}" if value else "{}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
