# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions in memory get the code of a changed file."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from ansible_collections.fractalops.infra.tests.check.mutation.exchange import LoadedFunctions

SOURCE = """\
import functools

def plain():
    return [one for one in (1, 2) if one > 1]

@functools.cache
def kept():
    return "old"

class Base:
    def named(self):
        return "base"

class Child(Base):
    def named(self):
        return super().named() + " old"

    @property
    def value(self):
        def inner():
            return "old"
        return inner()
"""


@pytest.fixture(name="module")
def load_module(tmp_path: Path) -> ModuleType:
    file = tmp_path / "product.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("product", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def take(module: ModuleType, before: str, after: str) -> bool:
    file = Path(str(module.__file__))
    return LoadedFunctions(file.parent).take(file, SOURCE.replace(before, after).encode())


def test_whoever_holds_a_function_runs_the_changed_one(module: ModuleType) -> None:
    held, child = module.plain, module.Child()
    assert take(module, "one > 1", "one > 0")
    assert (held(), child.named()) == ([1, 2], "base old")


def test_results_that_were_kept_are_forgotten(module: ModuleType) -> None:
    assert module.kept() == "old"
    assert take(module, 'return "old"', 'return "new"')
    assert (module.kept(), module.Child().value) == ("new", "new")


def test_a_method_that_calls_its_parent_is_exchanged(module: ModuleType) -> None:
    assert take(module, '" old"', '" new"')
    assert module.Child().named() == "base new"


def test_what_cannot_be_exchanged_is_said(module: ModuleType) -> None:
    assert not take(module, "return super().named() +", "return")
    assert not take(module, "[one for one in (1, 2) if one > 1]", "None")


def test_a_file_that_is_not_in_memory_needs_no_exchange(module: ModuleType, tmp_path: Path) -> None:
    assert LoadedFunctions(tmp_path).take(tmp_path / "other.py", b"")
