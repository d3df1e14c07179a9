# SPDX-License-Identifier: GPL-3.0-or-later
"""No playbook ends with 0 when it could not do its work, whatever the configuration of Ansible says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.tests.integration.playbooks.estate import EXTERNAL, Estate
from ansible_collections.fractalops.infra.tests.integration.playbooks.matrix import (
    PLAYBOOKS,
    WORDS,
    Cell,
    cells,
    played,
    table,
)
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT
from ansible_collections.fractalops.infra.tests.lab.site import Run


@pytest.fixture(scope="module", name="estate")
def _estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return Estate(tmp_path_factory.mktemp("estate"))


@pytest.fixture(scope="module", name="runs")
def _runs(estate: Estate) -> dict[Cell, Run]:
    return played(estate)


def test_every_playbook_is_in_the_table() -> None:
    assert sorted(PLAYBOOKS) == sorted(path.stem for path in (PROJECT / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_a_playbook_that_cannot_do_its_work_fails_and_says_why(cell: Cell, runs: dict[Cell, Run]) -> None:
    run = runs[cell]
    assert run.returncode != 0, run.output
    assert re.search(WORDS[cell.state], run.output), run.output


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_an_invalid_topology_gives_its_violations_once_and_nothing_else(
    playbook: str, runs: dict[Cell, Run], estate: Estate
) -> None:
    run = runs[Cell(playbook, "invalid topology")]
    topology = estate.folder / "invalid-topology.yml"
    violation = f"{topology}:2:10 profile: needs text; quote it if it looks like a number"
    assert run.output.rstrip().splitlines() == [f"[ERROR]: {topology} is not a valid topology:", violation]
    assert run.returncode == 4


def test_no_exit_code_of_the_table_is_0(
    runs: dict[Cell, Run], record_property: Callable[[str, object], None]
) -> None:
    seen = table(runs)
    record_property("exit_codes", seen)
    print("\n".join(seen))
    assert [str(cell) for cell, run in runs.items() if run.returncode == 0] == []
    assert len(seen) == len(PLAYBOOKS) + 2


@pytest.mark.parametrize("playbook", [name for name, one in PLAYBOOKS.items() if one.is_offline])
def test_a_playbook_that_can_do_its_work_ends_with_0(playbook: str, estate: Estate) -> None:
    variables = [f"--extra-vars={variable}" for variable in PLAYBOOKS[playbook].variables]
    run = estate.run("ansible-playbook", f"fractalops.infra.{playbook}", "-i", estate.inventory("good"), *variables)
    assert run.returncode == 0, run.output


@pytest.mark.parametrize("option", ["--syntax-check", "--list-hosts", "--list-tasks", "--list-tags"])
def test_what_runs_nothing_needs_no_host(option: str, estate: Estate) -> None:
    empty = estate.inventory("listed", runtime_assets=EXTERNAL)
    names = [f"fractalops.infra.{playbook}" for playbook in PLAYBOOKS]
    run = estate.run("ansible-playbook", *names, "-i", empty, option)
    assert run.returncode == 0, run.output
