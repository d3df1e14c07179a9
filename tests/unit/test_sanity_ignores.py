# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test is told to ignore, for every ansible-core and not only for the one tests run with."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.check.ignores import PYTHONS, ignore_file, with_import_lines

CORES = tuple(PYTHONS)


@pytest.mark.parametrize("core", CORES)
def test_the_import_lines_are_up_to_date(core: str) -> None:
    text = ignore_file(core).read_text(encoding="utf-8")
    assert text == with_import_lines(core, text), "run tests/check/ignores.py, see docs/development.md"


@pytest.mark.parametrize("core", CORES)
def test_every_line_ends_with_its_reason(core: str) -> None:
    lines = ignore_file(core).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.partition("  # ")[2]] == []
