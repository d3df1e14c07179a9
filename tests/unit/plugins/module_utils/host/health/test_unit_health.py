# SPDX-License-Identifier: GPL-3.0-or-later
"""How the units of a host are: in their state, and answering where their health is asked."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.health.unit_health import (
    running_generation,
    unit_health,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    TransactionFile,
    UnitChanges,
)

from ..fake_systemd import UP, FakeSystemd
from ..proof.fake_host import PID, UNIT, FakeHost
from ..samples import a_generation, a_unit


class Stub(BaseHTTPRequestHandler):
    """Answers with the status its path names."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def base() -> Iterator[str]:
    Stub.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def answering(url: str) -> dict[str, Any]:
    return a_unit(health={"url": url, "status": 200, "within_seconds": 1})


def systemd_says(monkeypatch: pytest.MonkeyPatch, **states: str) -> None:
    """What systemctl shows of each unit, in the order asked."""

    def call(command: Sequence[str], **_options: object) -> subprocess.CompletedProcess[bytes]:
        names = [word for word in command if word.endswith(".service")]
        blocks = [
            "ActiveState={}\nSubState=x\nResult=success\n".format(states[name.removesuffix(".service")])
            for name in names
        ]
        return subprocess.CompletedProcess(command, 0, "\n".join(blocks).encode(), b"")

    monkeypatch.setattr(systemd, "call", call)


def told(folder: Path, generation: Generation) -> dict[str, str | None]:
    return {one.unit: one.why for one in unit_health(Layout(folder), generation)}


def test_units_are_asked_where_they_declare_it_and_others_by_their_state(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = a_generation(a=answering(base + "/200"), b=answering(base + "/503"), c=a_unit())
    systemd_says(monkeypatch, a="active", b="active", c="active")
    assert told(tmp_path, generation) == {
        "a.service": None,
        "b.service": f"{base}/503 answered 503, not 200",
        "c.service": None,
    }


def test_a_unit_that_is_down_is_not_asked_since_something_else_may_answer_there(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemd_says(monkeypatch, a="failed", b="inactive")
    generation = a_generation(a=answering(base + "/200"), b=a_unit(state="stopped"))
    assert told(tmp_path, generation) == {"a.service": "failed (x, success), not active", "b.service": None}
    assert Stub.asked == []
    assert [one.data()["state"] for one in unit_health(Layout(tmp_path), generation)] == ["unhealthy", "healthy"]


def test_a_stopped_unit_that_runs_is_not_healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    systemd_says(monkeypatch, a="active")
    assert told(tmp_path, a_generation(a=a_unit(state="stopped"))) == {"a.service": "active (x, success), not inactive"}


def test_a_unit_without_what_protects_it_is_not_healthy(tmp_path: Path, fake: FakeSystemd) -> None:
    host, generation = (
        FakeHost(tmp_path),
        a_generation(demo=a_unit(dropin="[Service]\nProtectHome=yes\nPrivateTmp=yes\n")),
    )
    fake.units[UNIT] = {**UP, "MainPID": PID, "ControlGroup": "/"}
    assert told(tmp_path, generation) == {UNIT: None}
    host.share("mnt")
    why = "is not in force: the process shares the mount namespace of PID 1"
    assert told(tmp_path, generation) == {UNIT: f"PrivateTmp {why}; ProtectHome {why}"}


def test_a_host_without_a_generation_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="no generation runs here; run the site playbook"):
        running_generation(Layout(tmp_path))


def test_what_is_on_trial_is_what_runs(tmp_path: Path) -> None:
    layout, old, new = Layout(tmp_path), a_generation(), a_generation(y=a_unit())
    layout.run.mkdir(parents=True)
    store = GenerationStore(layout)
    for generation in (old, new):
        store.stage(generation, {})
    store.confirm(old.id)
    assert running_generation(layout).id == old.id
    transaction = Transaction("1", new.id, old.id, 1.0, "me", 1.0, UnitChanges(), Stage.TRIAL)
    TransactionFile(layout).save(transaction)
    assert running_generation(layout).id == new.id
