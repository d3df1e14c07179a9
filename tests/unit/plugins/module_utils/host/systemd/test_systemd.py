# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemctl prints, read."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd

LISTED = b"""\
a.service   loaded active     running   A, which runs
b-1.service loaded activating start     B
"""


def test_states_of_units_come_from_one_call_and_those_not_loaded_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Sequence[str]] = []

    def call(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0, LISTED, b"")

    monkeypatch.setattr(systemd, "call", call)
    assert systemd.states(["c.service", "b-1.service", "a.service"]) == {
        "a.service": "active",
        "b-1.service": "activating",
    }
    assert len(calls) == 1 and list(calls[0])[-4:] == ["--", "a.service", "b-1.service", "c.service"]
    assert systemd.states([]) == {} and len(calls) == 1


@pytest.fixture(name="calls")
def _calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every call of a program; units are loaded, but for ``gone.service``, and a template has two instances."""
    calls: list[list[str]] = []

    def call(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        calls.append(list(command))
        units = list(command[list(command).index("--") + 1 :])
        shown = b"\n\n".join(
            f"Id={unit}\nLoadState={'not-found' if unit == 'gone.service' else 'loaded'}"
            f"\nActiveState={'active' if unit == 'stubborn.service' else 'inactive'}".encode()
            for unit in units
        )
        listed = b"w@1.service loaded active running x\nw@2.service loaded active running x\n"
        return subprocess.CompletedProcess(command, 0, listed if "list-units" in command else shown + b"\n", b"")

    monkeypatch.setattr(systemd, "call", call)
    return calls


def test_those_that_run_are_started_anew_of_a_template_its_instances(calls: list[list[str]]) -> None:
    systemd.restart_running(["a.service", "gone.service", "w@.service"])
    verb, _dashes, *units = calls[-1][calls[-1].index("try-restart") :]
    assert (verb, sorted(units)) == ("try-restart", ["a.service", "w@1.service", "w@2.service"])


def test_without_a_unit_that_is_there_nothing_is_started_anew(calls: list[list[str]]) -> None:
    systemd.restart_running(["gone.service"])
    assert [command for command in calls if "try-restart" in command] == []


def test_units_are_stopped_and_their_failures_forgotten(calls: list[list[str]]) -> None:
    systemd.stop(["a.service", "b.service"])
    assert calls[:2] == [["systemctl", verb, "--", "a.service", "b.service"] for verb in ("stop", "reset-failed")]


def test_a_unit_that_does_not_stop_is_named(calls: list[list[str]]) -> None:
    with pytest.raises(HostError, match=r"^stubborn\.service: did not stop; look at journalctl -u stubborn\.service$"):
        systemd.stop(["a.service", "stubborn.service"])


def test_sockets_are_started_again_before_what_they_serve(calls: list[list[str]]) -> None:
    systemd.restart(["a.service", "a.socket"])
    assert calls[0] == ["systemctl", "reset-failed", "--", "a.service", "a.socket"]
    assert calls[1][calls[1].index("restart") :] == ["restart", "--", "a.socket", "a.service"]


@pytest.mark.parametrize("verb", ["start", "reload"])
def test_units_are_named_after_the_options(calls: list[list[str]], verb: str) -> None:
    getattr(systemd, verb)(["a.service"])
    assert calls[0][calls[0].index(verb) :] == [verb, "--", "a.service"]


@pytest.mark.parametrize("verb", ["start", "restart", "reload", "show"])
def test_without_a_unit_nobody_is_asked(calls: list[list[str]], verb: str) -> None:
    getattr(systemd, verb)([], *([["Id"]] if verb == "show" else []))
    assert calls == []
