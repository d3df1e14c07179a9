# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret value that shows itself only when asked to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, SupportsIndex, final


@final
class Secret:
    """An opaque value: ``reveal()`` is the only way out.

    The value lives in a closure, so neither ``vars()`` nor a walk over the attributes finds it, and every
    road that would copy it unseen (pickle, copy, JSON) is an error.
    """

    __slots__ = ("_reveal",)
    _reveal: Callable[[], str]

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_reveal", lambda: value)

    def reveal(self) -> str:
        """The value itself."""
        return self._reveal()

    def __repr__(self) -> str:
        return "***"

    def __format__(self, specification: str) -> str:
        return "***"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret cannot be changed")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secret is not copied or pickled; pass the object, or reveal() it where it is used")
