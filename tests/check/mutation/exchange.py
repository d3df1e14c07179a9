# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that are loaded already get the code of a mutated file, wherever they are referred to."""

from __future__ import annotations

import functools
import gc
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType


class LoadedFunctions:
    """All functions of ``folder`` that are in memory now, and the results they keep."""

    def __init__(self, folder: Path) -> None:
        self._functions: dict[Path, list[FunctionType]] = defaultdict(list)
        self._caches = []
        known: dict[str, Path] = {}
        for one in gc.get_objects():
            function = getattr(one, "__wrapped__", None) if isinstance(one, functools._lru_cache_wrapper) else one
            if not isinstance(function, FunctionType):
                continue
            name = function.__code__.co_filename
            if name not in known:
                known[name] = Path(name).resolve()
            if known[name].is_relative_to(folder):
                self._functions[known[name]].append(function)
                if function is not one:
                    self._caches.append(one)

    def take(self, file: Path, source: bytes) -> bool:
        """Exchange the code of every function of ``file``; False when one cannot take it."""
        functions = self._functions[file.resolve()]
        if not functions:
            return True
        name = functions[0].__code__.co_filename
        new = dict(_named(compile(source, name, "exec", dont_inherit=True)))
        old = dict(_named(compile(file.read_bytes(), name, "exec", dont_inherit=True)))
        places = _by_place(old)
        if len(new) != len(old):
            return False
        for function in functions:
            key = places.get(_place(function.__code__))
            if key is None or len(new[key].co_freevars) != len(function.__code__.co_freevars):
                return False
            function.__code__ = new[key]
        self._forget()
        return True

    def _forget(self) -> None:
        for one in self._caches:
            one.cache_clear()


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _by_place(codes: dict[tuple[int, ...], CodeType]) -> dict[tuple[str, int], tuple[int, ...]]:
    """Keys by place, without those of two lambdas on one line."""
    count = Counter(_place(code) for code in codes.values())
    return {_place(code): key for key, code in codes.items() if count[_place(code)] == 1}


def _named(code: CodeType) -> Iterator[tuple[tuple[int, ...], CodeType]]:
    """Every code in ``code`` under its place: the mutated file has the same functions in the same order."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    for index, one in enumerate(inner):
        yield (index,), one
        yield from (((index, *key), below) for key, below in _named(one))
