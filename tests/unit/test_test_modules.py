# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests are written: names that can be read at once, and no module that lives off another one's tests."""

from __future__ import annotations

import ast
from pathlib import Path

from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, imports, python_files

LONGEST_NAME = 80
FILES = python_files("tests")
MODULES = [file for file in FILES if Path(file).name.startswith("test_")]


def names_of_tests(file: str) -> list[str]:
    """Functions that pytest takes for tests."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"), file)
    functions = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [name for name in functions if name.startswith("test_")]


def test_names_are_at_most_80_characters() -> None:
    names = [(file, name) for file in MODULES for name in names_of_tests(file)]
    assert len(names) > 1000
    assert [one for one in names if len(one[1]) > LONGEST_NAME] == []


def test_no_file_imports_a_module_of_tests() -> None:
    found = [one for file in FILES for one in imports(file)]
    assert len(found) > 1000
    assert [str(one) for one in found if one.name.rpartition(".")[2].startswith("test_")] == []
