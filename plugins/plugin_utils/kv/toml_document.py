# SPDX-License-Identifier: GPL-3.0-or-later
"""TOML as JSON without losing anything, or a reason why that cannot be."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..errors import InfraError
from ..topology.position import Path
from ..topology.secret import secret_name
from ..topology.violation import dotted

#: RFC 8259 section 6: beyond this a reader that keeps numbers as doubles takes one for another.
LARGEST_INTEGER = 2**53 - 1


class LossyTomlError(InfraError):
    """The document says something that JSON cannot; names every place, never a value."""


class _Float(float):
    """A float that knows whether its text was all of it."""

    is_exact = True


def toml_content(name: str, text: str) -> dict[str, Any]:
    """The content of a TOML document, of JSON types only. Raises LossyTomlError with every reason.

    Refused: dates and times, integers beyond 2^53, infinity and NaN, floats with more digits than a double holds,
    and text that looks like a secret, which has no place in a config.
    """
    try:
        content = tomllib.loads(text, parse_float=_parsed_float)
    except (tomllib.TOMLDecodeError, RecursionError):
        # Its own words may quote the text.
        raise LossyTomlError(f"{name}: not TOML; correct it") from None
    reasons = [f"{name}: {dotted(path)}: {what}" for path, what in _losses(content, ())]
    if reasons:
        raise LossyTomlError("\n".join(reasons))
    plain: dict[str, Any] = _plain(content)
    return plain


def _parsed_float(text: str) -> _Float:
    value = _Float(text)
    value.is_exact = math.isfinite(value) and Decimal(text) == Decimal(repr(float(value)))
    return value


def _losses(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _losses(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _losses(inner, (*path, number))
    elif (what := _loss(value)) is not None:
        yield path, what


def _loss(value: object) -> str | None:
    """What JSON would lose of a single value."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return "an integer beyond 2^53; write it as text" if abs(value) > LARGEST_INTEGER else None
    if isinstance(value, _Float):
        return _float_loss(value)
    if isinstance(value, str):
        kind = secret_name(value)
        return f"looks like {kind}; keep it in the secrets document" if kind else None
    return "a date or time, which JSON does not have; write it as text"


def _float_loss(value: _Float) -> str | None:
    if not math.isfinite(value):
        return "infinity or NaN, which JSON does not have; write it as text"
    return None if value.is_exact else "more digits than a double holds; write it as text"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return float(value) if isinstance(value, _Float) else value
