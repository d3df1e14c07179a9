# SPDX-License-Identifier: GPL-3.0-or-later
"""The one command for a boot pointer that leads to a generation that is lost."""

from __future__ import annotations

import os
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.way_back import way_back

from ..samples import a_generation, a_unit

CONFIRMED = a_generation(x=a_unit(), y=a_unit(state="stopped"), z=a_unit())
TRIED = a_generation(x=a_unit(files={"config.json": "[]"}))
DAMAGED = a_generation(x=a_unit(files={"config.json": "[1]"}))


def stored(layout: Layout) -> GenerationStore:
    """A host that confirmed one, rolled another back, and lost a third that it had confirmed last."""
    store = GenerationStore(layout)
    for seconds, generation in enumerate((CONFIRMED, TRIED, DAMAGED), 1):
        store.stage(generation, {})
        event = "rolled-back" if generation is TRIED else "confirmed"
        history.record(layout, event, generation=generation.id, previous=None, owner="me")
        os.utime(layout.generation(generation.id), (seconds, seconds))
    (layout.generation(DAMAGED.id) / "manifest.json").write_text("{")
    os.utime(layout.generation(DAMAGED.id), (9, 9))
    store.confirm(DAMAGED.id)
    return store


def test_it_leads_to_the_newest_whole_confirmed_generation_and_starts_its_units(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert way_back(layout, stored(layout)) == (
        f"ln -sfn generations/{CONFIRMED.id} {layout.confirmed} && systemctl daemon-reload "
        "&& systemctl restart x.service z.service on the host, then run site"
    )


def test_without_one_the_host_begins_anew(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    store = stored(layout)
    (layout.generation(CONFIRMED.id) / "manifest.json").unlink()
    assert way_back(layout, store) == f"rm {layout.confirmed} on the host, then run site, which begins as on a new host"


def test_of_a_generation_in_which_nothing_runs_nothing_is_started(tmp_path: Path) -> None:
    layout, resting = Layout(tmp_path), a_generation(x=a_unit(state="stopped"))
    store = GenerationStore(layout)
    store.stage(resting, {})
    history.record(layout, "confirmed", generation=resting.id, previous=None, owner="me")
    assert way_back(layout, store) == (
        f"ln -sfn generations/{resting.id} {layout.confirmed} && systemctl daemon-reload on the host, then run site"
    )
