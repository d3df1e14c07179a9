# SPDX-License-Identifier: GPL-3.0-or-later
"""Every step at which the fault harness stops the product is a function of the product."""

from __future__ import annotations

import functools
import importlib
import inspect

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.kill_points import CORE, KILLS
from ansible_collections.fractalops.infra.tests.integration.faults.steps import HOST, RELEASE

UTILS = "ansible_collections.fractalops.infra.plugins.module_utils"
NAMED = [
    (f"{package}.{module}", name)
    for package, steps in {"host": HOST, "release": RELEASE}.items()
    for module, names in steps.items()
    for name in names
]


@pytest.mark.parametrize(("module", "name"), NAMED, ids=".".join)
def test_a_step_is_a_function_of_the_module_it_names(module: str, name: str) -> None:
    home = importlib.import_module(f"{UTILS}.{module}")
    step = functools.reduce(getattr, name.split("."), home)
    assert inspect.isfunction(step) and step.__module__ == home.__name__


def test_a_module_with_steps_is_told_by_its_name_alone() -> None:
    assert not HOST.keys() & RELEASE.keys()


def test_every_kill_is_made_once_and_there_are_enough_of_them() -> None:
    names = [kill.name for kill in KILLS]
    assert len(set(names)) == len(names)
    assert len(CORE) >= 20 and set(CORE) <= set(KILLS)
