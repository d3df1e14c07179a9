# SPDX-License-Identifier: GPL-3.0-or-later
"""The host falls silent in the middle of a trial: the run ends with words, and the host goes back by itself."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.lab import site, ssh
from ansible_collections.fractalops.infra.tests.lab.command import run
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .conftest import Host
from .interrupted import Ended, interrupted
from .outcome import assert_whole
from .silence import cut, frozen, stopped

SITE = ("fractalops.infra.site", "--tags=hosts", "--limit=worker-1")
#: As short as a topology allows for what this one does.
WINDOW_SECONDS = 25
#: What the run may take beyond the window, on a machine that does other things too.
BEYOND_SECONDS = 30


@dataclass(frozen=True)
class Silence:
    """``falls`` for the host ``of`` the lab: 0 is that of the trial, 1 is the jump host before it."""

    what: str
    falls: Callable[[Container], AbstractContextManager[None]]
    of: int = 0
    shares_connection: bool = False
    """Over a connection that somebody opened before, that does not keep alive."""


SILENCES = (
    Silence("the network is cut", cut),
    Silence("the network is cut under a shared connection", cut, shares_connection=True),
    Silence("the container is frozen", frozen),
    Silence("the container is frozen under a shared connection", frozen, shares_connection=True),
    Silence("sshd stands still", stopped),
    Silence("sshd stands still under a shared connection", stopped, shares_connection=True),
    Silence("the jump host is frozen", frozen, of=1),
    Silence("the jump host is frozen under a shared connection", frozen, of=1, shares_connection=True),
)


WATCHED = "pgrep -f '^/usr/bin/python3 -I /run/fractalops/agent-[0-9a-f]* watch' || true"
#: The words of a controller that had asked for the confirm, and of one that had not come so far.
NOT_CONFIRMED = "no new connection could be opened, so nobody confirmed"
LOST = "without a confirm the host rolls back at the end of its window"


@pytest.fixture
def hook(first: Host) -> Iterator[FaultHook]:
    """What holds a step of the host."""
    hook = FaultHook(first.container)
    hook.plant()
    yield hook
    hook.clear()


@pytest.fixture
def slow_trial(assets: dict[str, Any]) -> dict[str, Any]:
    """A good change of worker-1 whose soak fills most of the window."""
    wanted = site.topology(assets)
    worker = wanted["runtime_assets"]["worker-1"]
    worker["activation"] = {"window_seconds": WINDOW_SECONDS, "soak_seconds": 12}
    worker["services"]["fractalops-api"]["description"] = "changed"
    return wanted


@pytest.fixture
def sockets() -> Iterator[Path]:
    """Where ssh keeps its shared connections: of this test alone, and short, since a socket has a short name."""
    with tempfile.TemporaryDirectory(prefix="cp") as name:
        yield Path(name)


@pytest.mark.parametrize("silence", SILENCES, ids=lambda silence: silence.what)
def test_a_host_that_falls_silent_in_a_trial_ends_the_run_with_words(
    lab: tuple[Container, ...],
    in_order: site.Site,
    first: Host,
    slow_trial: dict[str, Any],
    silence: Silence,
    sockets: Path,
    record_property: Callable[[str, object], None],
) -> None:
    before = first.state()["confirmed"]
    in_order.write(slow_trial)
    jump = f"--ssh-common-args=-F {ssh.CONFIG}" + (f" -J {lab[1].address}" if silence.of else "")
    environment = site.clean_environment() | {"ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets)}
    if silence.shares_connection:
        ping = in_order.command("", jump, "--module-name=ansible.builtin.ping")
        run([str(site.VENV / "bin/ansible"), "worker-1", *ping[2:]], env=environment, timeout_seconds=60)
    command, limit = in_order.command(*SITE, jump), WINDOW_SECONDS + BEYOND_SECONDS
    ended = interrupted(command, first, lambda: silence.falls(lab[silence.of]), limit, environment)
    record_property("seconds", round(ended.seconds))
    print(f"SECONDS {silence.what}: {ended.seconds:.0f}\n{ended.words[-900:]}")
    assert ended.code != 0
    assert "the host rolls back by itself within" in ended.words or "the window of the host is over" in ended.words
    assert "cat /run/fractalops/last.json" in ended.words
    assert "next: ansible-playbook fractalops.infra.drift --limit worker-1" in ended.words
    assert_whole(first, before)


def silent_later(
    made: site.Site, first: Host, falls: Any, when: Callable[[], bool], sockets: Path
) -> tuple[Ended, str]:
    """How a run ended whose host fell silent ``when``, and the generation of before."""
    before = first.state()["confirmed"]
    command = made.command(*SITE)
    environment = site.clean_environment() | {"ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets)}
    limit = WINDOW_SECONDS + BEYOND_SECONDS
    ended = interrupted(
        command, first, lambda: falls(first.container), limit, environment, lambda state: is_open(state) and when()
    )
    print(f"SECONDS {falls.__name__}: {ended.seconds:.0f}\n{ended.words[-900:]}")
    assert ended.code != 0
    assert "the host rolls back by itself within" in ended.words or "the window of the host is over" in ended.words
    assert "next: ansible-playbook fractalops.infra.drift --limit worker-1" in ended.words
    return ended, before


def is_open(state: dict[str, Any]) -> bool:
    return bool(state["transaction"])


@pytest.mark.parametrize("falls", [cut, frozen, stopped])
def test_a_host_that_falls_silent_while_it_is_watched_goes_back_and_ends_the_run(
    in_order: site.Site, first: Host, slow_trial: dict[str, Any], falls: Any, sockets: Path
) -> None:
    in_order.write(slow_trial)
    ended, before = silent_later(in_order, first, falls, lambda: bool(first.run(WATCHED)), sockets)
    assert LOST in ended.words
    assert_whole(first, before)


@pytest.mark.parametrize("falls", [cut, frozen, stopped])
def test_a_host_that_falls_silent_while_it_confirms_goes_back_and_ends_the_run(
    in_order: site.Site, first: Host, slow_trial: dict[str, Any], falls: Any, sockets: Path, hook: FaultHook
) -> None:
    slow_trial["runtime_assets"]["worker-1"]["activation"]["soak_seconds"] = 1
    in_order.write(slow_trial)
    hook.stop_at("confirm/activation.confirm:before", do="wait")
    ended, before = silent_later(in_order, first, falls, lambda: bool(hook.reached()), sockets)
    assert NOT_CONFIRMED in ended.words or "not confirmed: the host gave no answer" in ended.words
    assert_whole(first, before)
    hook.let_go()  # it comes too late
    assert_whole(first, before)


@pytest.fixture
def small_disk(sockets: Path) -> Iterator[Path]:
    """A file system of a few MiB for all that Ansible and ssh write here."""
    run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", str(sockets)])
    yield sockets
    run(["umount", "--lazy", str(sockets)])


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Until nothing more fits."""
    with open(folder / "fill", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * (1 << 16))
    yield


def test_a_controller_whose_disk_is_full_in_a_trial_comes_to_an_end(
    in_order: site.Site, first: Host, slow_trial: dict[str, Any], small_disk: Path
) -> None:
    in_order.write(slow_trial)
    environment = {"ANSIBLE_HOME": str(small_disk), "TMPDIR": str(small_disk)}
    limit = WINDOW_SECONDS + BEYOND_SECONDS
    ended = interrupted(in_order.command(*SITE), first, lambda: filled(small_disk), limit, environment)
    print(f"SECONDS the disk of the controller is full: {ended.seconds:.0f}, {ended.code}\n{ended.words[-900:]}")
    assert ended.code == 0
