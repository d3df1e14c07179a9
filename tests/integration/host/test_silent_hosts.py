# SPDX-License-Identifier: GPL-3.0-or-later
"""A host falls silent while it is asked: the run ends by itself, with words, and reports what the others said."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.lab import site
from ansible_collections.fractalops.infra.tests.lab.command import run
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .conftest import Host
from .interrupted import Ended, ended
from .silence import cut, frozen, stopped

#: Holds whoever asks systemd on the host, until /run/hold is gone. Our host code finds it before /usr/bin.
HELD_SYSTEMCTL = """#!/bin/sh
touch /run/held
while [ -e /run/hold ]; do sleep 0.1; done
exec /usr/bin/systemctl "$@"
"""
WRAPPER = "/usr/sbin/systemctl"
#: What a run may take from the silence on, on a machine that does other things too: 20 s, or the option, and this.
BEYOND_SECONDS = 40
DRIFT, HEALTH, AUDIT = ("fractalops.infra." + name for name in ("drift", "health", "audit"))


@dataclass(frozen=True)
class Case:
    """``falls`` happens to a host that ``playbook`` asks; ``option`` bounds the wait where no connection notices."""

    playbook: str
    falls: Callable[[Container], AbstractContextManager[None]]
    option: str | None = None
    shares_connection: bool = False
    """Over a connection that somebody opened before, that does not keep alive."""

    @property
    def id(self) -> str:
        shared = " under a shared connection" if self.shares_connection else ""
        return f"{self.playbook.rpartition('.')[2]} {self.falls.__name__}{shared}"


CASES = (
    Case(DRIFT, cut),
    Case(DRIFT, frozen),
    Case(DRIFT, stopped),
    Case(DRIFT, frozen, option="drift_answer_within_seconds=12", shares_connection=True),
    Case(HEALTH, frozen),
    Case(HEALTH, cut, option="health_answer_within_seconds=12", shares_connection=True),
    Case(AUDIT, stopped),
    # It opens a connection of its own, that keeps alive.
    Case(AUDIT, frozen, shares_connection=True),
)


@pytest.fixture
def held(base: site.Site, first: Host) -> Iterator[Host]:
    """Whoever asks systemd on the first host waits."""
    first.run("touch /run/hold; rm -f /run/held")
    first.container.attach(["/bin/sh", "-c", f"cat >{WRAPPER} && chmod 755 {WRAPPER}"], stdin=HELD_SYSTEMCTL)
    yield first
    first.run(f"rm -f {WRAPPER} /run/hold /run/held")


@pytest.fixture
def sockets() -> Iterator[Path]:
    """Where ssh keeps its shared connections: of this test alone, and short, since a socket has a short name."""
    with tempfile.TemporaryDirectory(prefix="cp") as name:
        yield Path(name)


#: Stands in for Proxmox's tool on a node: it holds whoever runs something in a container.
HELD_PCT = """#!/bin/sh
[ "$1" = exec ] || exit 1
shift 3
touch /run/held
while [ -e /run/hold ]; do sleep 0.1; done
exec "$@"
"""
PCT = "/usr/local/bin/pct"


@pytest.fixture
def node(base: site.Site, lab: tuple[Container, ...]) -> Iterator[Host]:
    """The second host as the node of a container."""
    node = Host("node", lab[1])
    node.run("touch /run/hold; rm -f /run/held")
    node.container.attach(["/bin/sh", "-c", f"cat >{PCT} && chmod 755 {PCT}"], stdin=HELD_PCT)
    yield node
    node.run(f"rm -f {PCT} /run/hold /run/held")


def wait_until_asked(host: Host, play: subprocess.Popen[str]) -> None:
    """Until the play waits for what is held; its state must not be asked of systemd meanwhile."""
    give_up = time.monotonic() + 90
    while host.run("test -e /run/held && echo yes || true").strip() != "yes":
        assert play.poll() is None, play.communicate()[0]
        assert time.monotonic() < give_up, "the play did not ask the host"
        time.sleep(0.1)


def fallen_silent(command: list[str], environment: dict[str, str], host: Host, case: Case) -> Ended:
    """How the run ended when the host fell silent while it was asked."""
    falls, limit = partial(case.falls, host.container), 20 + BEYOND_SECONDS
    done = ended(command, partial(wait_until_asked, host), falls, limit, environment)
    print(f"SECONDS {case.id}: {done.seconds:.0f}")
    return done


def share_connection(made: site.Site, environment: dict[str, str], *arguments: str) -> None:
    """As somebody's own play leaves it behind."""
    ping = made.command("", "--module-name=ansible.builtin.ping", *arguments)
    run([str(site.VENV / "bin/ansible"), "worker-1", *ping[2:]], env=environment, timeout_seconds=60)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_host_that_falls_silent_while_it_is_asked_ends_the_run_with_words(
    base: site.Site, held: Host, sockets: Path, case: Case
) -> None:
    environment = site.clean_environment() | {"ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets)}
    if case.shares_connection:
        share_connection(base, environment)
    option = [f"--extra-vars={case.option}"] if case.option else []
    done = fallen_silent(base.command(case.playbook, *option), environment, held, case)
    said = done.words
    assert done.code != 0
    assert "next: see whether the host runs and can be reached, then ask again" in said, said
    if case.option:
        assert "worker-1: the host gave no answer in 12 s" in said, said
    if case.playbook != AUDIT:
        assert "worker-1: unreachable" in said, said
        assert "worker-2: in order" in said or "worker-2: healthy" in said, said


@pytest.mark.parametrize(
    "case",
    [
        Case(DRIFT, frozen),
        Case(DRIFT, frozen, option="drift_answer_within_seconds=12", shares_connection=True),
    ],
    ids=lambda case: case.id,
)
def test_a_node_that_is_frozen_while_it_is_asked_ends_the_run_with_words(
    base: site.Site, node: Host, sockets: Path, case: Case
) -> None:
    environment = site.clean_environment() | {"ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets)}
    if case.shares_connection:
        there = {"ansible_host": node.container.address, "ansible_user": "root"}
        share_connection(base, environment, f"--extra-vars={json.dumps(there)}")
    through = {
        "ansible_connection": "fractalops.infra.node_attach",
        "ansible_node_tool": "proxmox",
        "ansible_node_container_id": 201,
        "ansible_node_address": node.container.address,
    }
    option = [f"--extra-vars={case.option}"] if case.option else []
    command = base.command(DRIFT, "--limit=worker-1", f"--extra-vars={json.dumps(through)}", *option)
    done = fallen_silent(command, environment, node, case)
    said = done.words
    assert done.code != 0 and "worker-1: unreachable" in said, said
    assert "next: see whether the host runs and can be reached, then ask again" in said, said
