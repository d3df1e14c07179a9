# SPDX-License-Identifier: GPL-3.0-or-later
"""Every annotated topology gives exactly the violations written in it, where they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.rules import RULES, SCHEMA_RULES

from .annotated import FOLDER, actual, expected

FILES = sorted(FOLDER.glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_broken_topology_gives_exactly_its_annotated_violations(file: Path) -> None:
    assert actual(file) == expected(file)


def test_every_rule_has_a_topology_that_breaks_it() -> None:
    assert {rule.__name__ for rule in (*RULES, *SCHEMA_RULES)} <= {file.stem for file in FILES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_says_in_one_sentence_what_it_wants(rule: object) -> None:
    assert (rule.__doc__ or "").splitlines()[0].endswith(".")
