# SPDX-License-Identifier: GPL-3.0-or-later
"""What a derivation yields, before the sentence of its rule is added."""

from __future__ import annotations

from typing import NamedTuple

from ..position import Path
from .derived import Scalar


class Finding(NamedTuple):
    """A value, where it belongs, and what it is made from."""

    path: tuple[str, ...]
    value: Scalar | list[Scalar]
    sources: tuple[Path, ...]
