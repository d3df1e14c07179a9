# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that fail in every way a service can, on a real host: it is back on its old generation, and says why."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import DROPIN, SERVICE
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import (
    DirectHost,
    document,
    pinned,
    shipped_templates,
)
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.integration.faults.power_cut import host_with_disk
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge

REF = "bao://secret/runtime/postgres#password"
SECRET = "correct-horse-battery-staple"
URL = "http://127.0.0.1:8099/healthz"
#: How the guard ends an activation.
AT_THE_DEADLINE = "nobody confirmed it in time"
OPEN = "systemctl list-units --plain --no-legend 'fractalops-guard-*' 'fractalops-activation-*'"
#: Answers every connection with what stands in /run/stub, or with silence, or drop by drop.
STUB = """
import socket, threading, time
def serve(connection):
    how = open("/run/stub").read()
    connection.recv(4096)
    if how == "hang":
        time.sleep(60)
    for letter in ("HTTP/1.1 200 OK\\r\\nX-Slow: " + "x" * 600 if how == "drip" else how):
        connection.sendall(letter.encode())
        time.sleep(0.2 if how == "drip" else 0)
    connection.close()
server = socket.create_server(("127.0.0.1", 8099))
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""


def service(*command: str, **changes: Any) -> dict[str, Any]:
    """The cheapest service there is."""
    return {"user": "fractalops-idle", "exec": list(command), "hardening": "standard", **changes}


def other() -> dict[str, Any]:
    """Works, and never changes."""
    return idle(user="fractalops-other")


def idle(**changes: Any) -> dict[str, Any]:
    """Works."""
    return service("/bin/sleep", "infinity", **changes)


def shell(text: str, **changes: Any) -> dict[str, Any]:
    """Runs a line of shell."""
    return service("/bin/sh", "-c", text, **changes)


@pytest.fixture(scope="module")
def host() -> Iterator[DirectHost]:
    """A host with the hook."""
    with host_with_disk("service", 43, {pinned(REF): SECRET}) as made:
        yield made.host


@pytest.fixture
def old(host: DirectHost) -> str:
    """The generation the host is on, whole."""
    generation = host.whole(document({"fractalops-idle": idle(), "fractalops-other": other()}))
    assert host.info()["confirmed"] == generation
    return generation


@pytest.mark.fault(19, "a service cannot be started (203)")
def test_a_service_that_cannot_start_is_undone_at_once(host: DirectHost, judge: Judge, old: str) -> None:
    host.put("/opt/lost", b"#!/usr/bin/absent\n", 0o755)
    answer = host.apply(
        document({"fractalops-idle": service("/opt/lost"), "fractalops-other": other()}, window_seconds=60)
    )
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    assert "fractalops-idle.service" in answer["msg"] and "203/EXEC" in answer["msg"], answer["msg"]
    assert AT_THE_DEADLINE not in answer["msg"], "the guard ended it, and not the activation itself"
    judge.whole(host, old, "old")


@pytest.mark.fault(19, "a credential that systemd cannot load (243)")
def test_a_credential_that_cannot_be_loaded_is_undone_at_once(host: DirectHost, judge: Judge, old: str) -> None:
    templates = shipped_templates()
    templates[DROPIN] += "LoadCredential=gone:/nonexistent\n"
    answer = host.apply(document({"fractalops-idle": idle(), "fractalops-new": idle(user="fractalops-new")}, templates))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    assert "243" in answer["msg"], answer["msg"]
    judge.whole(host, old, "old")


@pytest.mark.fault(19, "what it said last is told, without secrets")
def test_the_last_words_are_twenty_lines_without_secrets(host: DirectHost, judge: Judge, old: str) -> None:
    chatty = "for n in $(seq 40); do echo line $n; done; echo secret $(cat $CREDENTIALS_DIRECTORY/password); exit 3"
    answer = host.apply(document({"fractalops-idle": shell(chatty, credentials={"password": REF})}, soak_seconds=1))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    words = answer["msg"]
    print(words)
    assert "secret ***" in words and SECRET not in words
    assert "line 40" in words and "line 20\n" not in words
    judge.whole(host, old, "old")


@pytest.mark.fault(20, "a service starts, and dies 0.3 s later")
def test_a_service_that_dies_right_after_its_start_is_undone(host: DirectHost, judge: Judge, old: str) -> None:
    answer = host.apply(document({"fractalops-idle": shell("sleep 0.3; exit 7")}, soak_seconds=3))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    assert "fractalops-idle.service is " in answer["msg"] and "exit 7" in answer["msg"], answer["msg"]
    assert AT_THE_DEADLINE not in answer["msg"], "the guard ended it, and not the soak"
    judge.whole(host, old, "old")


#: Waits until the new service is up, and lets nobody look while it gets another process.
BEHIND_THE_BACK = """
activation() { systemctl kill --signal=$1 'fractalops-activation-*'; }
life() { systemctl show --value --property=$1 fractalops-idle; }
until [ "$(life Description)/$(life SubState)" = watched/running ]; do sleep 0.1; done
sleep 1
activation STOP
before=$(life InvocationID)/$(life MainPID)
%s
until [ "$(life InvocationID)/$(life MainPID)" != "$before" ] && [ "$(life SubState)" = running ]; do sleep 0.1; done
activation CONT
"""
CHANGED_PROCESS = {"by somebody": "systemctl restart fractalops-idle", "by systemd": "kill -9 $(life MainPID)"}


@pytest.mark.fault(20, "a service gets another process in its soak, and is up whenever somebody looks")
@pytest.mark.parametrize("by", CHANGED_PROCESS)
def test_a_service_that_is_another_process_than_at_its_start_is_undone(
    host: DirectHost, judge: Judge, old: str, by: str
) -> None:
    host.put("/run/behind-the-back", (BEHIND_THE_BACK % CHANGED_PROCESS[by]).encode())
    host.run("systemd-run --quiet --collect sh /run/behind-the-back")
    answer = host.apply(document({"fractalops-idle": idle(description="watched")}, window_seconds=60, soak_seconds=9))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    assert "fractalops-idle.service was restarted by systemd during the soak" in answer["msg"], answer["msg"]
    judge.whole(host, old, "old")


@pytest.mark.fault(21, "a service dies at 80 % of the soak")
def test_a_service_that_dies_late_in_the_soak_is_undone_before_any_confirm(
    host: DirectHost, judge: Judge, old: str
) -> None:
    answer = host.apply(document({"fractalops-idle": service("/bin/sleep", "2.4")}, soak_seconds=3))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    assert "fractalops-idle.service is dead" in answer["msg"], answer["msg"]
    judge.whole(host, old, "old")


@pytest.mark.fault(22, "a health check hangs, drips, answers 500, a wrong body or no HTTP")
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("hang", "gave no answer (TimeoutError)"),
        ("drip", "gave no answer"),
        ("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", "answered 500, not 200"),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:22/\r\n\r\n", "answered 302, not 200"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nstarting", "answered 200 without 'ready'"),
        ("SSH-2.0-not-http\r\n", "gave no answer (BadStatusLine)"),
    ],
    ids=["hang", "drip", "500", "302", "body", "no-http"],
)
def test_a_health_check_has_a_deadline_of_its_own(
    host: DirectHost, judge: Judge, old: str, how: str, words: str
) -> None:
    host.put("/run/stub", how.encode())
    host.put("/run/stub.py", STUB.encode())
    health = {"http": URL, "contains": "ready", "within_seconds": 1}
    stub = service("/usr/bin/python3", "/run/stub.py", user="fractalops-stub", health=health)
    answer = host.apply(document({"fractalops-idle": idle(), "fractalops-stub": stub}, window_seconds=60))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    assert f"fractalops-stub.service: {URL} {words}" in answer["msg"], answer["msg"]
    assert AT_THE_DEADLINE not in answer["msg"], "the guard ended it, and not the check itself"
    judge.whole(host, old, "old")


STUBBORN = "trap '' TERM; while :; do sleep 0.1; done"


def patience(seconds: int) -> dict[str, str]:
    """Templates whose services are killed when they have not stopped after that time."""
    templates = shipped_templates()
    templates[SERVICE], found = re.subn(r"TimeoutStopSec=.*", f"TimeoutStopSec={seconds}", templates[SERVICE])
    assert found == 1
    return templates


@pytest.mark.fault(23, "a service that does not stop")
def test_a_service_that_does_not_stop_is_killed_in_its_time_or_undone(host: DirectHost, judge: Judge, old: str) -> None:
    stubborn = host.apply(document({"fractalops-idle": shell(STUBBORN)}, patience(1)))
    assert not stubborn.get("failed"), stubborn
    changed = host.apply(document({"fractalops-idle": shell(STUBBORN + " # changed")}, patience(4)))
    assert not changed.get("failed"), changed
    judge.whole(host, changed["generation"], "new")
    answer = host.apply(document({"fractalops-idle": idle()}, patience(4), window_seconds=2))
    assert answer["failed"] and AT_THE_DEADLINE in answer["msg"], answer
    judge.whole(host, changed["generation"], "old")


@pytest.mark.fault(24, "the old generation fails too")
def test_when_the_old_generation_fails_too_it_is_said_once_and_loudly(host: DirectHost, judge: Judge) -> None:
    host.run("cp /bin/sleep /opt/fragile")
    fragile = host.apply(document({"fractalops-idle": service("/opt/fragile", "infinity")}))
    assert not fragile.get("failed"), fragile
    host.run("rm /opt/fragile")
    host.put("/opt/fragile", b"#!/usr/bin/absent\n", 0o755)
    answer = host.apply(document({"fractalops-idle": service("/opt/fragile", "100000")}))
    assert answer["failed"] and answer["stage"] == "rollback-failed", answer
    print(answer["msg"])
    assert "then the old generation failed" in answer["msg"] and "is not whole" in answer["msg"]
    host.run(f'until [ -z "$({OPEN})" ]; do sleep 0.1; done')
    info = judge.whole(host, fragile["generation"], "rollback-failed", but=["state"])
    assert [event["event"] for event in info["history"]].count("rollback-failed") == 1
    assert host.run(OPEN) == ""
    host.run("cp /bin/sleep /opt/fragile")
    again = host.apply(document({"fractalops-idle": service("/opt/fragile", "infinity")}))
    assert not again.get("failed"), again
    assert host.info()["findings"] == []


@pytest.mark.fault(24, "the old generation fails in the hands of the guard")
def test_a_guard_whose_old_generation_fails_ends_once_and_loudly(host: DirectHost, judge: Judge) -> None:
    host.run("cp /bin/sleep /opt/brittle")
    brittle = host.apply(document({"fractalops-idle": service("/opt/brittle", "infinity")}))
    assert not brittle.get("failed"), brittle
    answer = host.activate(document({"fractalops-idle": idle()}, window_seconds=8))
    assert answer["stage"] == "healthy", answer
    host.run("rm /opt/brittle")
    host.settle()
    host.run(f'until [ -z "$({OPEN})" ]; do sleep 0.1; done')
    info = judge.whole(host, brittle["generation"], "rollback-failed", but=["state"])
    assert [finding["kind"] for finding in info["findings"]] == ["state"], "drift shows it"
    (ended,) = [event for event in info["history"] if event.get("generation") == answer["generation"]][-1:]
    assert ended["event"] == "rollback-failed"
    assert AT_THE_DEADLINE in ended["reason"] and "then the old generation failed" in ended["reason"]
    acted = f"journalctl --quiet --output=cat --grep='^Started fractalops-guard-{answer['transaction']}.service'"
    assert len(host.run(acted).splitlines()) == 1, "one guard acted, and none after it"
    late = host.confirm(answer)
    assert late["failed"] and "is not whole" in late["msg"], late
    host.run("cp /bin/sleep /opt/brittle")
    again = host.apply(document({"fractalops-idle": service("/opt/brittle", "infinity")}))
    assert not again.get("failed"), again
    assert host.info()["findings"] == []


@pytest.mark.fault(27, "frozen past the deadline, and the late confirm comes before any guard")
def test_a_late_confirm_is_refused_by_the_deadline_alone(host: DirectHost, judge: Judge, old: str) -> None:
    hook = FaultHook(host.container)
    answer = host.activate(document({"fractalops-idle": idle(description="late")}, window_seconds=12))
    assert answer["stage"] == "healthy", answer
    hook.stop_at("any/guard.act:before", "any/guard.act:before", do="wait")
    left = host.info()["transaction"]["seconds_left"]
    host.container.freeze()
    time.sleep(left + 1)
    host.container.thaw()
    late = host.confirm(answer)
    assert late["failed"] and "is too late to confirm" in late["msg"], late
    info = host.info()
    assert info["confirmed"] == old and info["transaction"]["id"] == answer["transaction"], "no guard has acted yet"
    hook.clear()
    judge.whole(host, old, "old")
    later = host.confirm(answer)
    assert later["failed"] and AT_THE_DEADLINE in later["msg"], later
    judge.whole(host, old, "old")


@pytest.mark.fault(11, "a guard is left behind by a confirm that was killed")
def test_a_guard_left_behind_ends_no_other_activation(host: DirectHost, judge: Judge, old: str) -> None:
    hook = FaultHook(host.container)
    hook.stop_at("confirm/guard.disarm:before")
    first = host.activate(document({"fractalops-idle": idle(description="first")}, window_seconds=8))
    host.confirm(first)
    assert hook.reached() == ["confirm/guard.disarm:before"]
    hook.clear()
    second = host.activate(document({"fractalops-idle": idle(description="second")}, window_seconds=60))
    assert second["stage"] == "healthy", second
    waiting = "systemctl list-units --plain --no-legend 'fractalops-guard-*' | wc -l"
    assert int(host.run(waiting)) == 4, "two guards of each"
    host.run(f"until [ $({waiting}) -le 2 ]; do sleep 0.2; done")
    confirmed = host.confirm(second)
    assert not confirmed.get("failed"), confirmed
    judge.whole(host, second["generation"], "new")


#: Beside the hook: the wall clock of every Python process, off by what stands in /run/shift. The clock itself is that
#: of the machine: a time namespace holds the monotonic clocks only, so no container has a wall clock of its own.
SHIFT = """
import time
def _shift():
    try:
        return float(open("/run/shift").read())
    except (OSError, ValueError):
        return 0.0
_time, _time_ns, _gmtime, _clock = time.time, time.time_ns, time.gmtime, time.clock_gettime
time.time = lambda: _time() + _shift()
time.time_ns = lambda: _time_ns() + int(_shift() * 1e9)
time.gmtime = lambda seconds=None: _gmtime(time.time() if seconds is None else seconds)
time.clock_gettime = lambda clock: _clock(clock) + (_shift() if clock == time.CLOCK_REALTIME else 0.0)
"""


@pytest.fixture
def shifted(host: DirectHost) -> Iterator[None]:
    """The hook is there; the clock is right at the beginning and at the end."""
    packages = "/usr/lib/python3/dist-packages"
    host.put(f"{packages}/zz_shift.py", SHIFT.encode())
    host.put(f"{packages}/zz_shift.pth", b"import zz_shift\n")
    yield
    host.run(f"rm -f {packages}/zz_shift.* /run/shift")


@pytest.mark.fault(26, "the clock jumps by a day in either direction")
def test_a_clock_that_jumps_moves_no_deadline(host: DirectHost, judge: Judge, old: str, shifted: None) -> None:
    new = document({"fractalops-idle": idle(description="the clock jumps")}, window_seconds=10)
    answer = host.activate(new)
    assert answer["stage"] == "healthy", answer
    for days in (1, -1):
        host.put("/run/shift", str(days * 86400).encode())
        transaction = host.info()["transaction"]
        assert transaction is not None, f"rolled back at once when the clock moved by {days} days"
        assert 0 < transaction["seconds_left"] <= 10
    timer = f"systemctl show fractalops-guard-{answer['transaction']}.timer --property=Timers"
    assert "OnStartupUSec" in host.run(f"{timer}Monotonic")
    assert host.run(f"{timer}Calendar").strip() in ("", "TimersCalendar="), "systemd asks the wall clock for nothing"
    host.settle(seconds=transaction["seconds_left"] + 10)
    judge.whole(host, old, "old")
    again = host.apply(document({"fractalops-idle": idle(description="the clock jumps")}))
    assert not again.get("failed"), again
    judge.whole(host, again["generation"], "new")


@pytest.mark.fault(26, "the clock jumps during the soak and again before the confirm")
@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_jumps_in_a_trial_ends_nothing(
    host: DirectHost, judge: Judge, old: str, shifted: None, days: int
) -> None:
    hook = FaultHook(host.container)
    hook.stop_at("activate/health.wait_until_healthy:before", do="wait")
    wanted = document({"fractalops-idle": idle(description=f"jumps by {days}")}, soak_seconds=2)
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(host.activate, wanted)
        hook.wait()
        host.put("/run/shift", str(days * 86400).encode())
        hook.let_go()
        answer = running.result()
    assert answer["stage"] == "healthy", answer
    host.put("/run/shift", str(-days * 86400).encode())
    confirmed = host.confirm(answer)
    assert not confirmed.get("failed"), confirmed
    judge.whole(host, answer["generation"], "new")
