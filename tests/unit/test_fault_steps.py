# SPDX-License-Identifier: GPL-3.0-or-later
"""Every step at which the fault harness stops the product is a function of the product."""

from __future__ import annotations

import functools
import importlib
import inspect

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.kill_points import CORE, KILLS
from ansible_collections.fractalops.infra.tests.integration.faults.steps import HOST, RELEASE
from ansible_collections.fractalops.infra.tests.unit.imports import PACKAGE, python_files

UTILS = "plugins/module_utils"


def homes(package: str, noun: str) -> list[str]:
    """Every module of that name in the package, whichever room it stands in; the harness knows it by the name alone."""
    return [file for file in python_files(f"{UTILS}/{package}") if file.endswith(f"/{noun}.py")]


NAMED = [
    (home.removesuffix(".py").replace("/", "."), name)
    for package, steps in {"host": HOST, "release": RELEASE}.items()
    for module, names in steps.items()
    for home in homes(package, module)
    for name in names
]


@pytest.mark.parametrize(("module", "name"), NAMED, ids=".".join)
def test_a_step_is_a_function_of_the_module_it_names(module: str, name: str) -> None:
    home = importlib.import_module(f"{PACKAGE}{module}")
    step = functools.reduce(getattr, name.split("."), home)
    assert inspect.isfunction(step) and step.__module__ == home.__name__


def test_a_module_with_steps_is_told_by_its_name_alone() -> None:
    assert not HOST.keys() & RELEASE.keys()
    found = {noun: homes("host", noun) + homes("release", noun) for noun in (HOST | RELEASE)}
    assert [noun for noun, files in found.items() if len(files) != 1] == []


def test_every_kill_is_made_once_and_there_are_enough_of_them() -> None:
    names = [kill.name for kill in KILLS]
    assert len(set(names)) == len(names)
    assert len(CORE) >= 20 and set(CORE) <= set(KILLS)
