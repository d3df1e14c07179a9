# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what became of mutants."""

from __future__ import annotations

from ansible_collections.fractalops.infra.tests.check.mutation.fate import End, Fate
from ansible_collections.fractalops.infra.tests.check.mutation.mutant import MESSAGE, Key, Mutant
from ansible_collections.fractalops.infra.tests.check.mutation.score import score, table


def fate(end: End, file: str = "plugins/action/x.py", kind: str = "call") -> Fate:
    return Fate(Mutant(Key(file, "f", kind, "a()", "pass"), 0, 0, 0, "", (1, 1)), end)


def test_what_no_test_reaches_counts_as_unnoticed() -> None:
    ends = [End.KILLED, End.TIMEOUT, End.SURVIVED, End.NOT_COVERED]
    assert score(map(fate, ends)) == 50


def test_folders_messages_and_what_is_reached_are_rated_apart() -> None:
    fates = [fate(End.KILLED), fate(End.NOT_COVERED), fate(End.SURVIVED, "plugins/plugin_utils/kv/a.py")]
    rows = [line.split() for line in table([*fates, fate(End.SURVIVED, kind=MESSAGE)])][1:]
    assert rows == [
        ["plugins/action/x.py", "2", "1", "0", "0", "1", "50.0%"],
        ["plugins/plugin_utils/kv", "1", "0", "0", "1", "0", "0.0%"],
        ["all", "3", "1", "0", "1", "1", "33.3%"],
        ["messages,", "apart", "1", "0", "0", "1", "0", "0.0%"],
        ["all", "that", "unit", "tests", "reach", "2", "1", "0", "1", "0", "50.0%"],
    ]


def test_a_fate_survives_its_way_through_json() -> None:
    assert Fate.load(fate(End.TIMEOUT).dump()) == fate(End.TIMEOUT)
