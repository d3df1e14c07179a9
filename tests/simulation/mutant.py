# SPDX-License-Identifier: GPL-3.0-or-later
"""The product with one mistake in it: what the simulation must be able to see.

The code of functions is exchanged in place, so that whoever imported one has the mistake, too.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from ansible_collections.fractalops.infra.tests.simulation.schedule import Schedule
from ansible_collections.fractalops.infra.tests.simulation.system_calls import HOST

CONFIRMED = Schedule("confirmed")


@dataclass(frozen=True)
class Mutant:
    """In a ``module`` below ``module_utils/host``, each ``old`` text, there once, becomes the ``new`` one.

    ``seen_by`` is a schedule that ends wrong with it.
    """

    words: str
    module: str
    changes: tuple[tuple[str, str], ...]
    seen_by: Schedule = CONFIRMED

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """From here to the end the product has the mistake. Raises LookupError when it has become another one."""
        module = sys.modules[f"{HOST}.{self.module}"]
        codes = dict(_codes(self._compiled(module)))
        functions = [one for one in _functions(module) if one.__code__.co_qualname in codes]
        kept = [(one, one.__code__) for one in functions]
        try:
            for one in functions:
                one.__code__ = codes[one.__code__.co_qualname]
            yield
        finally:
            for one, code in kept:
                one.__code__ = code

    def _compiled(self, module: ModuleType) -> CodeType:
        path = str(module.__file__)
        source = Path(path).read_text(encoding="utf-8")
        for old, new in self.changes:
            if source.count(old) != 1:
                raise LookupError(f"{self.words}: {old!r} is {source.count(old)} times in {path}")
            source = source.replace(old, new)
        return compile(source, path, "exec", dont_inherit=True)


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner.co_qualname, inner
            yield from _codes(inner)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Those of the module and of its classes, under their decorators."""
    owners = [module, *(one for one in vars(module).values() if isinstance(one, type))]
    for owner in owners:
        for one in vars(owner).values():
            function = getattr(one, "__wrapped__", one)
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function
