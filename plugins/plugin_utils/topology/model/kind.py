# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of text: a pattern together with the words that explain it.

A validator only knows that a pattern did not match. The words are kept here, beside the pattern, so
that no kind of field can exist without saying what it wants.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import StringConstraints


@dataclass(frozen=True, slots=True)
class Kind:
    """What a pattern stands for and how to write it."""

    name: str
    """Completes "is not …"."""
    hint: str
    """What to do instead."""


#: Words by pattern; filled where the field types are defined.
KINDS: dict[str, Kind] = {}


def text(pattern: str, name: str, hint: str, max_length: int | None = None) -> StringConstraints:
    """Constraints of a kind of text, known to KINDS from now on; ``max_length`` counts characters.

    Each kind needs a pattern of its own: an error knows the pattern only.
    """
    if KINDS.setdefault(pattern, Kind(name, hint)).name != name:
        raise ValueError(f"{name} has the same pattern as {KINDS[pattern].name}")
    return StringConstraints(pattern=pattern, max_length=max_length)
