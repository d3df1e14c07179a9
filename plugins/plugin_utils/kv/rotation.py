# SPDX-License-Identifier: GPL-3.0-or-later
"""Who follows when a secret gets a new version."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .consumer import Consumer, ConsumerRow


class RotatedRow(ConsumerRow):
    """A consumer of a secret with a new version.

    ``follows`` is false for a ref that pins an older version: it stays there until the topology says otherwise.
    ``is_new_value`` is false where another key of the secret changed: a host restarts the unit all the same, as it
    pins the version of the whole secret.
    """

    follows: bool
    is_new_value: bool


def rotated_consumers(found: Iterable[Consumer], mount: str, path: str, new_keys: Collection[str]) -> list[RotatedRow]:
    """Every consumer of the secret at ``path``, in the order given."""
    return [
        RotatedRow(**one.row(), follows=one.ref.version is None, is_new_value=one.ref.key in new_keys)
        for one in found
        if (one.ref.mount, one.ref.path) == (mount, path)
    ]
