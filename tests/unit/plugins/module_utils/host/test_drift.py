# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a host is like, asking it where it has drifted gives findings and no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host import drift as the_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host import file_drift, history, systemd, unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.finding import Finding, Kind
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.status import status
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import GenerationStore

from .test_store import a_generation, a_unit

REF = "bao://secret/a#b@1"
GENERATION = a_generation(x=a_unit(state="stopped"))
BREAK: dict[str, Callable[[Layout], object]] = {
    "no store": lambda layout: shutil.rmtree(layout.store),
    "a store that is a file": lambda layout: (shutil.rmtree(layout.store), layout.store.write_text("x")),
    "no generations": lambda layout: shutil.rmtree(layout.generations),
    "no pointer": lambda layout: layout.confirmed.unlink(),
    "a pointer that is a file": lambda layout: (layout.confirmed.unlink(), layout.confirmed.write_text("x")),
    "a pointer to itself": lambda layout: point(layout, "confirmed"),
    "a pointer to nothing": lambda layout: point(layout, "generations/feed"),
    "no manifest": lambda layout: manifest(layout).unlink(),
    "a manifest that is a folder": lambda layout: (manifest(layout).unlink(), manifest(layout).mkdir()),
    "an empty manifest": lambda layout: manifest(layout).write_text(""),
    "a manifest of another shape": lambda layout: manifest(layout).write_text('{"units": {"x.service": {}}}'),
    "a manifest that is a list": lambda layout: manifest(layout).write_text("[]"),
    "no units": lambda layout: shutil.rmtree(manifest(layout).parent / "units"),
    "no unit folder": lambda layout: shutil.rmtree(layout.unit_stubs),
    "a history of noise": lambda layout: layout.history.write_bytes(b"\xff\n[]\n{}\n"),
    "a transaction of noise": lambda layout: layout.run.mkdir() or (layout.run / "transaction.json").write_text("[]"),
}


def manifest(layout: Layout) -> Path:
    return layout.generation(GENERATION.id) / "manifest.json"


def point(layout: Layout, target: str) -> None:
    layout.confirmed.unlink()
    os.symlink(target, layout.confirmed)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A host in order, whose systemd answers as that of such a host does."""
    layout = Layout(tmp_path)
    (tmp_path / "run").mkdir()
    store = GenerationStore(layout)
    store.stage(GENERATION, {})
    store.confirm(GENERATION.id)
    history.record(layout, "confirmed", generation=GENERATION.id, previous=None, owner="me")
    unit_link.ensure(unit_link.stubs(layout, GENERATION))
    stub = layout.unit_stubs / "x.service"
    shown = f"ActiveState=inactive\nFragmentPath={stub}\nDropInPaths={stub}.d/zzzz-fractalops.conf\n"
    monkeypatch.setattr(systemd, "call", lambda command, **_options: answer(command, shown))
    owner = file_drift.described(tmp_path).split()[-1]  # tests need not be root
    monkeypatch.setattr(file_drift, "OWNER", owner)
    return layout


def answer(command: Any, shown: str) -> subprocess.CompletedProcess[bytes]:
    """What systemctl prints."""
    return subprocess.CompletedProcess(command, 0, shown.encode() if "show" in command else b"", b"")


def test_a_host_in_order_has_no_drift(layout: Layout) -> None:
    assert the_drift.drift(layout) == the_drift.Drift([], [])


def test_a_host_in_order_says_where_it_is(layout: Layout) -> None:
    told = status(layout)
    assert (told["confirmed"], told["running"], told["previous"]) == (GENERATION.id, GENERATION.id, None)
    assert [(one["id"], one["problem"]) for one in told["generations"]] == [(GENERATION.id, None)]
    assert told["history"][0]["owner"] == "me"


@pytest.mark.parametrize("damage", [name for name in BREAK if name != "a history of noise"])
def test_a_broken_host_has_findings(layout: Layout, damage: str) -> None:
    BREAK[damage](layout)
    assert json.dumps([one.data() for one in the_drift.drift(layout).findings]) != "[]"


@pytest.mark.parametrize("damage", BREAK)
def test_a_broken_host_says_where_it_is_as_far_as_it_knows(layout: Layout, damage: str) -> None:
    BREAK[damage](layout)
    assert json.loads(json.dumps(status(layout)))["transaction"] is None


def test_a_host_without_systemd_says_so(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = systemd.HostError("systemctl", "is not on this host", "install the systemd package")
    monkeypatch.setattr(systemd, "call", lambda *_command, **_options: (_ for _ in ()).throw(gone))
    assert set(the_drift.drift(layout).findings) == {
        Finding(Kind.UNREADABLE, "systemctl", "readable", "is not on this host")
    }


def test_a_comment_in_a_stored_unit_is_no_drift_and_a_directive_is(layout: Layout) -> None:
    unit = layout.generation(GENERATION.id) / "units/x.service"
    unit.write_text("# by hand\n\n" + unit.read_text())
    assert the_drift.drift(layout).findings == []
    unit.write_text(unit.read_text() + "Nice=5\n")
    assert the_drift.drift(layout).findings == [Finding(Kind.UNIT_FILE, f"{unit} Service.Nice", None, "5")]


def test_lists_of_users_drift_by_line() -> None:
    compared = file_drift._lines(b"u a -\n# x\n\nu   b -\n"), file_drift._lines(b"u b -\nu a  -\n")
    assert compared[0] == compared[1] == {"u a -", "u b -"}
