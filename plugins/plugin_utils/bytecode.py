# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytecode for what plugins import from ``plugin_utils`` and ``module_utils``.

Ansible loads plugins with bytecode, and what they import from their collection without: it compiles all of that at
every start, which is 0.07 s for the hundred modules of the topology.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

_PLUGINS = __name__.rsplit(".", 2)[0]
_OURS = (f"{_PLUGINS}.plugin_utils.", f"{_PLUGINS}.module_utils.")


@contextmanager
def kept_bytecode() -> Iterator[None]:
    """Meanwhile, these are imported as Python imports everything else: with ``__pycache__`` beside a file."""
    finder = _SourceFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _SourceFinder(MetaPathFinder):
    """Finds modules of these two, and nothing else, in the folder of the package they are in."""

    def __init__(self) -> None:
        self._folders: dict[str, FileFinder] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if path is None or not name.startswith(_OURS):
            return None
        return next(filter(None, (self._folder(folder).find_spec(name) for folder in path)), None)

    def _folder(self, folder: str) -> FileFinder:
        return self._folders.setdefault(folder, FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES)))
