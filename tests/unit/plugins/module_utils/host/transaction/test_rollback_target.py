# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator may go back to, by id or as the previous one."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.rollback_target import rollback_target

from ..samples import a_generation, a_unit

OLD, NEW = a_generation(), a_generation(x=a_unit(files={"config.json": "[]"}))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host that went from OLD to NEW."""
    layout = Layout(tmp_path)
    store = GenerationStore(layout)
    for generation in (OLD, NEW):
        before = store.confirmed_id()
        store.stage(generation, {})
        store.confirm(generation.id)
        history.record(layout, "confirmed", generation=generation.id, previous=before, owner="me")
    return layout


def test_the_previous_one_is_the_one_confirmed_before(layout: Layout) -> None:
    assert rollback_target(layout, "previous") == OLD
    assert rollback_target(layout, OLD.id) == OLD


def test_a_repair_makes_no_previous_generation(layout: Layout) -> None:
    history.record(layout, "confirmed", generation=NEW.id, previous=NEW.id, owner="me")
    assert rollback_target(layout, "previous") == OLD


def test_after_a_rollback_the_previous_one_is_where_it_came_from(layout: Layout) -> None:
    GenerationStore(layout).confirm(OLD.id)
    history.record(layout, "confirmed", generation=OLD.id, previous=NEW.id, owner="me")
    assert rollback_target(layout, "previous") == NEW


@pytest.mark.parametrize("wanted", ["feed", "../../x", "", ".", "previous "])
def test_what_is_not_there_is_refused_with_what_there_is(layout: Layout, wanted: str) -> None:
    with pytest.raises(HostError, match="is not on this host; choose one of: ") as refused:
        rollback_target(layout, wanted)
    assert f"{NEW.id} (is confirmed now)" in str(refused.value)
    assert f"{OLD.id} (confirmed 2" in str(refused.value)


def test_the_confirmed_one_is_refused(layout: Layout) -> None:
    with pytest.raises(HostError, match="is confirmed already"):
        rollback_target(layout, NEW.id)


def test_half_a_generation_is_refused(layout: Layout) -> None:
    (layout.generation(OLD.id) / "units/x.service").unlink()
    with pytest.raises(HostError, match=r"is not whole \(units/x.service damaged\)"):
        rollback_target(layout, "previous")


def test_a_new_host_has_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="none, this host is new"):
        rollback_target(Layout(tmp_path), "previous")
