# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan makes of a host whose boot pointer or whose key is not what it was."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift import file_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import credential, unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore

from ..fake_systemd import FakeSystemd
from ..samples import a_generation, a_unit

REF = "bao://secret/a#b@1"
OURS = a_generation(x=a_unit(credentials={"key": REF}, state="stopped"))
NAME = "credentials/x.service/key"


@pytest.fixture
def layout(fake: FakeSystemd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A host in order on OURS, with its key."""
    made = Layout(tmp_path)
    monkeypatch.setattr(file_drift, "OWNER", file_drift.described(tmp_path).split()[-1])  # tests need not be root
    made.host_key.parent.mkdir(parents=True)
    made.host_key.write_text("key")
    store = GenerationStore(made)
    store.stage(OURS, {REF: "value"})
    store.confirm(OURS.id)
    unit_link.ensure(unit_link.stubs(made, OURS))
    return made


def lost_key(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host lost its key: nothing opens any more."""
    layout.host_key.unlink()

    def shut(command: list[str], **_how: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 1, b"", b"")

    monkeypatch.setattr(credential, "call", shut)


def test_a_credential_that_does_not_open_any_more_is_a_repair(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not make_plan(layout, OURS)
    lost_key(layout, monkeypatch)
    plan = make_plan(layout, OURS)
    assert (plan.repairs, bool(plan.units)) == ([f"{NAME} does not open on this host"], False)


def test_a_lost_generation_that_is_wanted_is_made_again(layout: Layout) -> None:
    (layout.generation(OURS.id) / "manifest.json").write_text("{")
    assert make_plan(layout, OURS).repairs == ["manifest.json is damaged"]


def test_a_lost_generation_under_another_topology_is_refused_with_the_one_command(layout: Layout) -> None:
    manifest = layout.generation(OURS.id) / "manifest.json"
    manifest.write_text("{")
    with pytest.raises(HostError) as refused:
        make_plan(layout, a_generation())
    assert (refused.value.where, refused.value.what) == (str(manifest), "is missing or unreadable")
    assert refused.value.hint == f"rm {layout.confirmed} on the host, then run site, which begins as on a new host"
