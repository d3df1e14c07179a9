# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what an inventory says was made from the files that are there now. Reads bytes, parses nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import InfraError
from .digest import TopologyDigest
from .yaml.source import RefusedSourceError, topology_files


class StaleInventoryError(InfraError):
    """What is about to be used was made from other files than those that are there."""

    def __init__(self, source: str, what: str) -> None:
        super().__init__(
            f"{source}: {what}; sync the inventory again (AWX: its source, with 'overwrite' and "
            "'update on launch'), then run again"
        )


def require_current(source: str, then: TopologyDigest) -> None:
    """Raises StaleInventoryError when ``source``, a file or folder, is no more what it was ``then``."""
    if not os.path.exists(source):
        raise StaleInventoryError(source, "the topology this inventory was made from is not there")
    try:
        now = digest_of(source, then.files)
    except RefusedSourceError as error:
        raise StaleInventoryError(source, str(error.violation)) from None
    if now != then:
        changes = ", ".join(then.changes(now))
        what = f"this inventory was made when the topology was {then.short}, and now it is {now.short} ({changes})"
        raise StaleInventoryError(source, what)


def digest_of(source: str, others: Iterable[str]) -> TopologyDigest:
    """Of the files at ``source`` and of ``others`` in its folder; what cannot be read is left out.

    Raises RefusedSourceError.
    """
    folder = Path(source) if os.path.isdir(source) else Path(source).parent
    names = {*others, *(Path(file).name for file in topology_files(source))}
    contents = {name: _content(folder / name) for name in names}
    return TopologyDigest.of({name: content for name, content in contents.items() if content is not None})


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
