# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units came up after one of their files was changed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.tainted import tainted
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import monotonic

from ..samples import a_generation, a_unit

GENERATION = a_generation(x=a_unit(), y=a_unit())
FILES = ["units/x.service", "dropins/x.service.d/zzzz.conf", "files/x.service/config.json", "credentials/x.service/key"]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host with a stored generation of which every file was written just now."""
    made = Layout(tmp_path)
    for name in FILES:
        path = made.generation(GENERATION.id) / name
        path.parent.mkdir(parents=True)
        path.touch()
    return made


def came_up(monkeypatch: pytest.MonkeyPatch, seconds_ago: float | None) -> None:
    def show(units: Iterable[str], properties: Iterable[str]) -> dict[str, dict[str, str]]:
        at = "0" if seconds_ago is None else str(int((monotonic() - seconds_ago) * 1e6))
        return {name: dict.fromkeys(properties, at) for name in units}

    monkeypatch.setattr(systemd, "show", show)


@pytest.mark.parametrize("name", FILES)
def test_a_unit_that_came_up_after_the_change_is_one(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    came_up(monkeypatch, 0)
    assert tainted(layout, GENERATION, [name]) == {"x.service"}


@pytest.mark.parametrize("seconds_ago", [60, None])
def test_a_unit_that_was_up_before_or_never_is_none(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, seconds_ago: float | None
) -> None:
    came_up(monkeypatch, seconds_ago)
    assert tainted(layout, GENERATION, FILES) == set()


def test_what_is_gone_or_of_no_unit_taints_nothing(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    came_up(monkeypatch, 0)
    (layout.generation(GENERATION.id) / "units/x.service").unlink()
    assert tainted(layout, GENERATION, ["units/x.service", "manifest.json", "sysusers.conf"]) == set()


@pytest.mark.parametrize("name", ["y.service", "y.service.d/zzzz-fractalops.conf"])
def test_a_file_in_the_place_of_a_link_taints_the_unit_started_from_it(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    came_up(monkeypatch, 0)
    (layout.unit_stubs / name).parent.mkdir(parents=True)
    (layout.unit_stubs / name).touch()
    assert tainted(layout, GENERATION, []) == {"y.service"}
