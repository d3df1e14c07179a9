# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes after any call of a run, on a disk that promises no more than fsync does."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded

BEFORE = {"kustomization.yaml": "1\n", "values/api.yaml": "a\n", "values/old.yaml": "o\n"}
AFTER = {"kustomization.yaml": "2\n", "values/api.yaml": "a\n", "values/new.yaml": "n\n"}


def look(root: Path) -> tuple[tuple[str, bytes], ...]:
    """Every file of the work tree."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return tuple((str(path.relative_to(root)), path.read_bytes()) for path in files)


@pytest.mark.parametrize(
    ("first", "then", "state"),
    (
        pytest.param({}, AFTER, State.PRESENT, id="create"),
        pytest.param(BEFORE, AFTER, State.PRESENT, id="update"),
        pytest.param(BEFORE, {}, State.ABSENT, id="delete"),
    ),
)
def test_the_tree_is_as_before_or_as_after(root, folder, tmp_path, first, then, state):
    (root / "README.md").write_text("not ours")
    reconcile(folder, first, State.PRESENT, check=False)
    outcomes = Outcomes(tmp_path / "cuts", look, ".git")
    with recorded(root) as recorder:
        reconcile(folder, then, state, check=False)
    after = tuple(found for found in look(root) if not found[0].startswith(".git/"))
    before, *others = outcomes.of(recorder.moments) - {after}
    assert others == []
    assert dict(before).keys() >= {"README.md"} and len(before) == 1 + len(first) + bool(first)
    assert outcomes.at(recorder.moments[-1]) == {after}
