# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says, refuses and tells Ansible."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import UnsafePlanError
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import (
    Change,
    ChangeKind,
    ChangeLimit,
    Plan,
    State,
    reconcile,
)


class Shelf:
    """A store in memory that remembers what was applied."""

    def __init__(self, **things: str) -> None:
        self.things = things
        self.applied: list[Plan[str]] = []

    def plan(self, desired: dict[str, str], state: State) -> Plan[str]:
        return Plan.between("shelf", self.things, desired if state is State.PRESENT else {})

    def apply(self, plan: Plan[str]) -> None:
        self.applied.append(plan)
        for change in plan.changes:
            self.things.pop(change.name, None)
            if change.after is not None:
                self.things[change.name] = change.after


def test_a_plan_names_every_difference_with_deletes_last():
    plan = Plan.between("zone", {"a": "1", "b": "2", "c": "3"}, {"b": "20", "c": "3", "d": "4"})
    assert [(change.kind, change.name) for change in plan.changes] == [
        (ChangeKind.UPDATE, "b"),
        (ChangeKind.CREATE, "d"),
        (ChangeKind.DELETE, "a"),
    ]
    assert plan.counts == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 1}


def test_a_plan_prints_as_something_to_read():
    plan = Plan.between("zone", {"a": "1"}, {"b": "2"})
    assert str(plan) == "zone: 1 to create, 0 to update, 1 to delete, 0 unchanged\n  + b\n  - a"


def test_a_change_that_changes_nothing_cannot_be_made():
    with pytest.raises(ValueError, match="must change something"):
        Change("a", "1", "1")


@pytest.mark.parametrize(
    ("percent", "minimum", "is_allowed"), ((50, 0, True), (40, 0, False), (0, 2, True), (0, 1, False))
)
def test_a_plan_deletes_no_more_than_its_limit(percent, minimum, is_allowed):
    plan = Plan.between("zone", {"a": "1", "b": "2", "c": "3", "d": "4"}, {"a": "1", "b": "2", "new": "x"})
    limit = ChangeLimit(delete_percent=percent, delete_minimum=minimum)
    if is_allowed:
        assert plan.bound(limit) is plan
    else:
        with pytest.raises(UnsafePlanError, match="deletes 2 of 4"):
            plan.bound(limit)


def test_reconcile_brings_the_store_to_what_is_desired_and_then_finds_nothing_to_do():
    shelf = Shelf(a="1")
    first = reconcile(shelf, {"a": "2"}, State.PRESENT, check=False)
    second = reconcile(shelf, {"a": "2"}, State.PRESENT, check=False)
    assert (first["changed"], second["changed"], shelf.things) == (True, False, {"a": "2"})
    assert len(shelf.applied) == 1, "an empty plan is not applied"
    assert first["diff"] == [{"before_header": "a", "after_header": "a", "before": "1", "after": "2"}]


def test_check_mode_tells_the_same_and_applies_nothing():
    checked = reconcile(Shelf(a="1"), {"b": "2"}, State.PRESENT, check=True)
    shelf = Shelf(a="1")
    assert checked == reconcile(shelf, {"b": "2"}, State.PRESENT, check=False)
    untouched = Shelf(a="1")
    reconcile(untouched, {"b": "2"}, State.PRESENT, check=True)
    assert untouched.applied == []


@pytest.mark.parametrize("check", (True, False))
def test_a_plan_above_the_limit_is_refused_in_check_mode_too(check):
    shelf = Shelf(**dict.fromkeys("abcdefghijkl", "x"))
    with pytest.raises(UnsafePlanError):
        reconcile(shelf, {}, State.PRESENT, check=check)
    assert shelf.applied == []


def test_a_removal_that_was_asked_for_explicitly_has_no_limit():
    shelf = Shelf(**dict.fromkeys("abcdefghijkl", "x"))
    assert reconcile(shelf, {}, State.ABSENT, check=False)["counts"]["deleted"] == 12
    assert shelf.things == {}
