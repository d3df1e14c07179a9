# SPDX-License-Identifier: GPL-3.0-or-later
"""Survivors with reasons: the file that is shipped, and what it may hold."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.check.mutation.accepted import FILE, accepted, entry
from ansible_collections.fractalops.infra.tests.check.mutation.mutant import Key
from ansible_collections.fractalops.infra.tests.check.mutation.sample import all_mutants
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

KEY = Key("plugins/x.py", "f", "text", "'ä: #'", "'ä: #XX'")


def test_every_accepted_survivor_is_a_mutant_of_today() -> None:
    keys = accepted(FILE.read_text(encoding="utf-8")).keys()
    files = sorted({key.file for key in keys})
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert keys - {mutant.key for mutant in all_mutants(ROOT, files)} == set()


def test_an_entry_is_read_as_it_was_written() -> None:
    assert accepted(f"{entry(KEY)}  reason: nobody sees it\n") == {KEY: "nobody sees it"}


@pytest.mark.parametrize("text", [entry(KEY), f"{entry(KEY)}  reason: ' '\n", f"{entry(KEY)}  reason: a\n" * 2])
def test_an_entry_without_a_reason_or_twice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"reason|twice"):
        accepted(text)
