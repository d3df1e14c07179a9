# SPDX-License-Identifier: GPL-3.0-or-later
"""What a generation asks of the node of a container, tried before anything changes."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import launch, sandbox
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import Plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import UnitChanges

from ..samples import a_generation, a_unit

HARD = {"NoNewPrivileges": "yes", "PrivateTmp": "yes", "ProtectSystem": "strict", "ProtectHome": "no"}


class Node:
    """What ``systemd-run`` does on a host whose node ``refuses`` some settings."""

    def __init__(self, refuses: dict[str, int]) -> None:
        self.refuses = refuses
        self.tried: list[list[str]] = []

    def run(self, command: Sequence[str], **_how: Any) -> subprocess.CompletedProcess[bytes]:
        """In place of ``subprocess.run``."""
        wanted = [word.partition("=")[2] for word in command if word.startswith("--property=")]
        self.tried.append(wanted)
        status = next((self.refuses[one] for one in wanted if one in self.refuses), 0)
        return subprocess.CompletedProcess(command, status, b"", b"")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host with a ``/run`` of ours."""
    made = Layout(tmp_path)
    made.run.mkdir(parents=True)
    return made


def node(monkeypatch: pytest.MonkeyPatch, **refuses: int) -> Node:
    """The node of this host; ``PrivateTmp=226`` refuses ``PrivateTmp=yes``."""
    made = Node({f"{name}=yes": status for name, status in refuses.items()})
    monkeypatch.setattr(systemd.subprocess, "run", made.run)
    return made


def hard() -> Generation:
    """A unit that is hardened and has a credential, and one that is not to run."""
    unit = a_unit(properties=HARD, credentials={"key": "bao://secret/a#b@1"})
    return a_generation(x=unit, y=a_unit(properties={"PrivateNetwork": "yes"}, state="stopped"))


def test_what_takes_a_namespace_or_a_credential_is_tried_once(monkeypatch: pytest.MonkeyPatch, layout: Layout) -> None:
    tried = node(monkeypatch).tried
    sandbox.require(layout, hard())
    assert tried == [["PrivateTmp=yes", "ProtectSystem=strict", sandbox.CREDENTIAL]]
    sandbox.require(layout, hard())
    assert len(tried) == 1


def test_check_mode_tries_it_too_and_the_run_does_not_ask_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried, layout, plan = node(monkeypatch).tried, Layout(tmp_path), Plan(None, hard(), UnitChanges(), [])
    monkeypatch.setattr(launch, "_refuse", lambda *_plan: None)
    launch.check(layout, plan, ["/opt/a/releases/1"])
    assert len(tried) == 1
    sandbox.require(layout, hard())
    assert len(tried) == 1
    (layout.run / "sandbox.json").unlink()
    node(monkeypatch, PrivateTmp=226)
    with pytest.raises(HostError, match="exit 226/NAMESPACE"):
        launch.check(layout, plan, ["/opt/a/releases/1"])


def test_only_what_is_new_is_tried_again(monkeypatch: pytest.MonkeyPatch, layout: Layout) -> None:
    tried = node(monkeypatch).tried
    sandbox.require(layout, hard())
    sandbox.require(layout, a_generation(x=a_unit(properties={**HARD, "PrivateDevices": "yes"})))
    assert tried[1:] == [["PrivateDevices=yes"]]


def test_a_generation_that_needs_none_asks_nothing(monkeypatch: pytest.MonkeyPatch, layout: Layout) -> None:
    tried = node(monkeypatch).tried
    sandbox.require(layout, a_generation())
    assert tried == [] and list(layout.run.iterdir()) == []


def test_what_the_node_refuses_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch, layout: Layout) -> None:
    tried = node(monkeypatch, PrivateTmp=226).tried
    for _time in range(2):
        with pytest.raises(HostError) as refused:
            sandbox.require(layout, hard())
        assert str(refused.value).startswith("PrivateTmp=yes: this host refuses it: exit 226/NAMESPACE: systemd could")
        assert "nesting=1" in str(refused.value)
    assert len(tried) == 8, "nothing is remembered of what was refused"


def test_what_fails_for_another_reason_is_left_to_the_trial(monkeypatch: pytest.MonkeyPatch, layout: Layout) -> None:
    tried = node(monkeypatch, PrivateTmp=1).tried
    sandbox.require(layout, hard())
    sandbox.require(layout, hard())
    assert len(tried) == 2
