# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests a mutant is given."""

from __future__ import annotations

from ansible_collections.fractalops.infra.tests.check.mutation.mutant import Key, Mutant
from ansible_collections.fractalops.infra.tests.check.mutation.order import Order
from ansible_collections.fractalops.infra.tests.check.mutation.record import AT_IMPORT, Record

MUTANT = Mutant(Key("plugins/action/x.py", "f", "call", "a()", "pass"), 0, 0, 0, "", (3, 3))
FAST, SLOW, BESIDE = "tests/unit/a.py::fast", "tests/unit/a.py::slow", "tests/unit/plugins/action/test_x.py::runs"
SECONDS = {FAST: 0.1, SLOW: 5.0, BESIDE: 2.0}


def order(reached: set[str], budget: float = 100, seconds: dict[str, float] | None = None) -> Order:
    return Order.of(MUTANT, Record("p", {}, seconds or SECONDS, {"plugins/action/x.py": {3: reached}}), budget)


def test_what_reaches_it_runs_first_and_its_own_file_of_tests_last() -> None:
    assert order({SLOW, FAST}).tests == (FAST, SLOW, BESIDE)
    assert order({SLOW, FAST}).seconds == 7.1


def test_tests_beyond_the_budget_are_left_out_but_one_always_runs() -> None:
    assert order({SLOW, FAST}, budget=3).tests == (FAST, BESIDE)
    assert order({SLOW}, budget=3).tests == (SLOW,)


def test_what_runs_while_modules_are_imported_is_told_apart() -> None:
    assert order({AT_IMPORT, FAST}).is_early
    assert not order({FAST}).is_early


def test_without_a_test_nothing_is_to_be_run() -> None:
    assert order(set(), seconds={FAST: 0.1}).tests == ()


def test_an_order_survives_its_way_through_json() -> None:
    assert Order.load(order({FAST}).dump()) == order({FAST})
