# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test is told to ignore, for every ansible-core and not only for the one tests run with."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.check.ignores import PYTHONS, import_lines, main
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

CORES = tuple(PYTHONS)


def kept(core: str) -> list[str]:
    """The lines that git keeps."""
    return (ROOT / "tests" / "sanity" / f"ignore-{core}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("core", CORES)
def test_every_kept_line_is_about_a_file_and_ends_with_its_reason(core: str) -> None:
    assert kept(core)
    for line in kept(core):
        what, _hash, reason = line.partition("  # ")
        assert (ROOT / what.partition(" ")[0]).is_file() and reason, line


@pytest.mark.parametrize("core", CORES)
def test_what_follows_from_the_imports_is_not_kept(core: str) -> None:
    assert [line for line in kept(core) if " import-" in line] == []


@pytest.mark.parametrize("core", CORES)
def test_the_import_lines_are_added_to_what_is_kept(core: str, tmp_path: Path) -> None:
    for each in CORES:
        (tmp_path / f"ignore-{each}.txt").write_text("plugins/a.py pylint:b  # c\n", encoding="utf-8")
    main(str(tmp_path))
    lines = (tmp_path / f"ignore-{core}.txt").read_text(encoding="utf-8").splitlines()
    assert lines == ["plugins/a.py pylint:b  # c", *import_lines(core)]


@pytest.mark.parametrize("core", CORES)
def test_a_file_is_named_when_it_or_what_it_imports_needs_a_library(core: str) -> None:
    named = {line.partition(" ")[0] for line in import_lines(core)}
    assert "plugins/plugin_utils/topology/model/cluster.py" in named  # imports pydantic
    assert "plugins/action/host_generation.py" in named  # imports what imports pydantic
    assert "plugins/plugin_utils/errors.py" not in named
    assert not [file for file in named if file.startswith("plugins/module_utils/")]
