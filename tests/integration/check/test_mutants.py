# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants in their rooms: noticed, not noticed, without end, and harmless to the machine whatever they do."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.check.mutation.__main__ import ROOT, fates_of
from ansible_collections.fractalops.infra.tests.check.mutation.fate import End
from ansible_collections.fractalops.infra.tests.check.mutation.mutant import Key, Mutant
from ansible_collections.fractalops.infra.tests.check.mutation.order import Order

FILE = "plugins/plugin_utils/kv_store/secret_path.py"
BEFORE = 'return f"{SCHEME}{self.mount}/{self.path}"'
TEST = "tests/unit/plugins/plugin_utils/kv_store/test_outline.py::test_a_path_reads_back_from_its_name"


def order(after: str) -> Order:
    """``after`` in the place where a path becomes text."""
    text = (ROOT / FILE).read_bytes()
    start = text.index(BEFORE.encode())
    key = Key(FILE, "SecretPath.__str__", "by hand", BEFORE, after)
    return Order(Mutant(key, 0, start, start + len(BEFORE), after, (1, 1)), (TEST,), 0.1, is_early=False)


def ends(folder: Path, *orders: Order) -> dict[str, End]:
    return {fate.mutant.key.after: fate.end for fate in fates_of(orders, folder)}


def test_a_mutant_ends_as_its_tests_say(tmp_path: Path) -> None:
    wrong, equal = 'return f"{SCHEME}{self.mount}"', 'return SCHEME + f"{self.mount}/{self.path}"'
    endless, broken = "while True: pass", "return exit("
    found = ends(tmp_path, order(wrong), order(equal), order(endless))
    assert found == {wrong: End.KILLED, equal: End.SURVIVED, endless: End.TIMEOUT}
    with pytest.raises(SystemExit, match="the mutants could not be run"):
        ends(tmp_path, order(broken))


def test_a_mutant_can_neither_write_nor_signal(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("whole")
    writes = f"open({str(canary)!r}, 'w'); {BEFORE}"
    removes = f"__import__('os').unlink({str(canary)!r}); {BEFORE}"
    signals = f"__import__('os').kill(-1, 9); {BEFORE}"
    found = ends(tmp_path / "cache", *(order(after) for after in (writes, removes, signals)))
    assert set(found.values()) == {End.KILLED}
    assert canary.read_text() == "whole"
    assert (ROOT / FILE).read_bytes().count(BEFORE.encode()) == 1
