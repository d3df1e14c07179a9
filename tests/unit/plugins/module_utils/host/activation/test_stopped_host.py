# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation for a host that does not run: whole or not at all, and nothing of the old one is in its way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import stopped_host
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history
from ansible_collections.fractalops.infra.tests.unit.plugins.module_utils.host.samples import (
    a_generation,
    a_unit,
)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A root file system in which systemd does not run; its tools find nothing wrong."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "systemd-analyze").write_text("#!/bin/sh\n")
    (tools / "systemd-analyze").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setitem(systemd.ENVIRONMENT, "PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setattr(systemd, "is_running", lambda: False)
    return Layout(tmp_path / "root")


def switch(layout: Layout, generation: Generation) -> tuple[str | None, bool]:
    """Without secrets."""
    (layout.root / "etc").mkdir(parents=True, exist_ok=True)
    return stopped_host.switch(layout, generation, {}, "on-call", "a bad night")


def test_the_boot_pointer_moves_and_every_stub_leads_through_it(layout: Layout) -> None:
    first, second = a_generation(x=a_unit(), gone=a_unit()), a_generation(x=a_unit(text="[Service]\n"))
    assert switch(layout, first) == (None, True)
    assert switch(layout, second) == (first.id, True)
    store = GenerationStore(layout)
    assert store.confirmed_id() == second.id
    assert not unit_link.missing(unit_link.stubs(layout, second))
    assert not unit_link.leftovers(layout, second)
    assert not os.path.lexists(layout.unit_stubs / "gone.service")
    last = history.events(layout)[-1]
    assert (last["event"], last["previous"], last["owner"], last["why"]) == (
        *("confirmed", first.id),
        *("on-call", "a bad night"),
    )


def test_a_host_in_order_is_left_alone_and_a_damaged_one_is_mended(layout: Layout) -> None:
    generation = a_generation()
    switch(layout, generation)
    assert switch(layout, generation) == (generation.id, False)
    (layout.unit_stubs / "x.service").unlink()
    (layout.generation(generation.id) / "units/x.service").write_text("damaged")
    assert switch(layout, generation) == (generation.id, True)
    assert stopped_host.is_in_order(layout, GenerationStore(layout), generation)


def test_what_is_refused_leaves_the_boot_pointer_where_it_was(layout: Layout) -> None:
    generation = a_generation()
    switch(layout, generation)
    with pytest.raises(HostError, match="is not on this host"):
        switch(layout, a_generation(x=a_unit(release="/opt/app/releases/1")))
    assert GenerationStore(layout).confirmed_id() == generation.id


def test_a_running_host_is_for_the_protocol_of_running_hosts(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systemd, "is_running", lambda: True)
    with pytest.raises(HostError, match="this host runs"):
        switch(layout, a_generation())
