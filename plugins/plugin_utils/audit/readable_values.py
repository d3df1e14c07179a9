# SPDX-License-Identifier: GPL-3.0-or-later
"""The values an auditor may read: a ref that is refused or gone is reported, a server that fails is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..openbao import OpenBao, Secret, resolve
from ..openbao.failure import PlaceError, ReadError, UnresolvedRefsError


@dataclass(frozen=True, slots=True)
class ReadableValues:
    """Ref → value, and the refs that could not be read."""

    values: Mapping[str, Secret]
    refused: tuple[str, ...]


def readable_values(openbao: OpenBao, refs: Iterable[str]) -> ReadableValues:
    """All in one batch; one by one only when some cannot be read. Raises UnresolvedRefsError when nothing can."""
    wanted = sorted(set(refs))
    found = _resolved(openbao, wanted)
    if found is not None:
        return ReadableValues(found, ())
    by_ref = {ref: _resolved(openbao, [ref]) for ref in wanted}
    values = {ref: value for one in by_ref.values() if one for ref, value in one.items()}
    return ReadableValues(values, tuple(ref for ref, one in by_ref.items() if one is None))


def _resolved(openbao: OpenBao, refs: list[str]) -> dict[str, Secret] | None:
    """The values, or None when one of them cannot be read."""
    try:
        return {ref: one.value for ref, one in resolve(openbao, refs).secrets.items()}
    except UnresolvedRefsError as error:
        if all(isinstance(failure, (PlaceError, ReadError)) for failure in error.failures):
            return None
        raise
