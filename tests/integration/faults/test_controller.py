# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller is killed, cut off, or not alone: real plays on real hosts, side by side.

The named steps only hold the host still for the moment at which the plug is pulled; the rest is an ordinary run.
"""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.integration.faults.gate import Gate
from ansible_collections.fractalops.infra.tests.integration.faults.judge import Expected, look, verdict
from ansible_collections.fractalops.infra.tests.integration.faults.side_by_side import asked, of, side_by_side
from ansible_collections.fractalops.infra.tests.lab import hosts, network, openbao, site
from ansible_collections.fractalops.infra.tests.lab.command import attempt
from ansible_collections.fractalops.infra.tests.lab.container import Container
from ansible_collections.fractalops.infra.tests.lab.errors import LabError
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT

HOSTS = 4
FIRST_HOST = 21
WINDOW_SECONDS = 20
SITE = "fractalops.infra.site"
CREDENTIALS = {"db-password": "bao://secret/runtime/postgres#password"}
OLD, NEW = "old", "new"
CUT = "pkill -KILL -f '^sshd: root'"
#: The session in which the controller waits for the outcome.
WATCH = "^/usr/bin/python3 -I /run/fractalops/agent-[0-9a-f]* watch"


@dataclass
class Plug:
    """One host, its site, and which of two commits it is on."""

    number: int
    container: Container
    folder: Path
    sides: list[str] = field(default_factory=lambda: ["left", "right"])
    """The first is the one the host is on."""
    ids: dict[str, str] = field(default_factory=dict)
    plays: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def host(self) -> DirectHost:
        """The host from inside."""
        return DirectHost(self.container)

    @property
    def hook(self) -> FaultHook:
        """The hook of the host."""
        return FaultHook(self.container)

    def begin(self) -> None:
        """Hook planted, releases delivered, both commits applied once."""
        self.host.prepare()
        self.hook.plant()
        for side in reversed(self.sides):
            run = self.play(side)
            assert run.returncode == 0, run.output
            self.ids[side] = look(self.host)["pointer"]

    def site(self, side: str, openbao_port: int | None = None) -> site.Site:
        """A clone of the operator's repository at one commit, ready to be played."""
        made = site.Site(self.folder / side)
        wanted = site.topology({f"worker-{self.number}": self._asset(side)})
        if openbao_port:
            wanted["openbao"]["address"] = f"https://{network.GATEWAY.ip}:{openbao_port}"
        made.write(wanted)
        return made

    def play(self, side: str) -> site.Run:
        """An ordinary run of that commit."""
        return self.site(side).play(SITE, "--tags=hosts")

    def start(self, side: str, openbao_port: int | None = None) -> subprocess.Popen[bytes]:
        """A run that is going to lose its plug."""
        play = self.site(side, openbao_port).start(SITE, "--tags=hosts")
        self.plays.append(play)
        return play

    def verdict(self) -> str:
        """On which of the two the host is, asked as an operator does."""
        return verdict(self.host, {OLD: self._expected(self.sides[0]), NEW: self._expected(self.sides[1])}, self.info)

    def info(self) -> dict[str, Any]:
        """``host_generation_info`` over ssh, through Ansible."""
        return self.site(self.sides[0]).ask(f"worker-{self.number}", "fractalops.infra.host_generation_info")

    def stage(self) -> str | None:
        """How far the open activation is."""
        said = self.host.run("cat /run/fractalops/transaction.json 2>/dev/null || true")
        return json.loads(said)["stage"] if said else None

    def wait_for_stage(self, wanted: str, seconds: float = 30) -> None:
        """Return as soon as the open activation is there."""
        give_up = time.monotonic() + seconds
        while self.stage() != wanted:
            assert time.monotonic() < give_up, f"{self.container.name} is at {self.stage()}"
            time.sleep(0.1)

    def _asset(self, side: str) -> dict[str, Any]:
        api = site.service("fractalops-api", 8081, CREDENTIALS)
        api["config"]["content"]["name"] = f"api-{side}"
        port = {"left": 8083, "right": 8084}[side]
        services = {"fractalops-api": api, f"fractalops-{side}": site.service(f"fractalops-{side}", port, {})}
        return site.host(self.number, services, window_seconds=WINDOW_SECONDS, soak_seconds=0)

    def _expected(self, side: str) -> Expected:
        services = self._asset(side)["services"]
        contents = [service["config"]["content"] for service in services.values()]
        answers = {content["port"]: content["name"] for content in contents}
        return Expected(self.ids[side], answers, sorted(f"{name}.service" for name in services))


def killed(play: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the controller and all in its process group; its workers have groups of their own and live on."""
    os.killpg(play.pid, signal.SIGKILL)
    play.wait()


def workers_gone(plug: Plug, seconds: float = 40) -> None:
    """Return when no process of a play of this host is left, here or there: what the host was sent goes on alone."""
    workers = ["pgrep", "-f", "--", f"--inventory={plug.folder}"]
    give_up = time.monotonic() + seconds
    while attempt(workers).stdout or plug.host.run("pgrep -fx /usr/bin/python3 || true"):
        assert time.monotonic() < give_up, "a worker of the killed play lives on"
        time.sleep(0.2)


def play_killed_at(plug: Plug, point: str) -> subprocess.Popen[bytes]:
    """Start a run of the other commit, wait until the host holds still at ``point``, kill it, let the host go on."""
    plug.hook.stop_at(point, do="wait")
    play = plug.start(plug.sides[1])
    plug.hook.wait()
    killed(play)
    plug.hook.let_go()
    return play


def before_staging(plug: Plug) -> str:
    """Its worker outlives it, gets the secrets, and must not go to the host with them."""
    before = plug.host.run("ls /etc/fractalops/generations; cat /etc/fractalops/history.jsonl")
    server = (str(network.GATEWAY.ip), int(openbao.ADDRESS.rpartition(":")[2]))
    plug.hook.stop_at("module/launch.begin:before", do="wait")
    with Gate(server) as gate:
        play = plug.start(plug.sides[1], gate.port)
        gate.wait_for_a_knock()
        killed(play)
        gate.open()
        workers_gone(plug)
    assert plug.hook.reached() == []
    assert plug.host.run("ls /etc/fractalops/generations; cat /etc/fractalops/history.jsonl") == before
    return OLD


def while_it_stages(plug: Plug) -> str:
    """The host holds the rest of the module already, so it goes on alone, and nobody confirms."""
    play_killed_at(plug, "module/store.GenerationStore.stage:before")
    return OLD


def once_armed(plug: Plug) -> str:
    """The guard waits, nothing has changed yet."""
    play_killed_at(plug, "module/guard.arm:after")
    return OLD


def in_trial(plug: Plug) -> str:
    """The new units run."""
    play_killed_at(plug, "activate/systemd.restart:after")
    return OLD


def once_healthy(plug: Plug) -> str:
    """The answer of the host comes to a worker whose play is dead: it must not confirm."""
    plug.hook.stop_at("module/launch.begin:after", do="wait")
    play = plug.start(plug.sides[1])
    plug.hook.wait()
    plug.wait_for_stage("healthy")
    killed(play)
    plug.hook.let_go()
    return OLD


def confirm_sent(plug: Plug) -> str:
    """What was sent counts."""
    play_killed_at(plug, "confirm/activation.confirm:before")
    return NEW


def reply_lost(plug: Plug) -> str:
    """ssh is cut after the confirm was sent: the host has committed, and the controller does not know."""
    plug.hook.stop_at("confirm/activation.confirm:after", do="wait")
    play = plug.start(plug.sides[1])
    plug.hook.wait()
    plug.host.run(CUT)
    plug.hook.let_go()
    assert play.wait(timeout=60) == 0, "asked again, the host says that it has committed"
    return NEW


def ssh_cut(plug: Plug) -> str:
    """The activation is not the child of an ssh session: it goes on, becomes healthy, and waits in vain."""
    plug.hook.stop_at("activate/systemd.restart:before", do="wait")
    play = plug.start(plug.sides[1])
    plug.hook.wait()
    plug.host.run(f"until pgrep -f '{WATCH}' >/dev/null; do sleep 0.1; done")
    plug.host.run(CUT)
    assert play.wait(timeout=60) != 0
    plug.hook.let_go()
    plug.wait_for_stage("healthy")
    return OLD


def two_commits(plug: Plug) -> str:
    """Both planned from the same generation; the second to come finds another one and loses."""
    repaired = plug.site(plug.sides[1])
    loser = copy.copy(plug)
    loser.folder = plug.folder / "loser"
    wanted = loser.site(plug.sides[0])
    text = (wanted.folder / "topology.yml").read_text().replace("soak_seconds: 0", "soak_seconds: 1")
    wanted.write_text(text)
    plug.hook.stop_at("module/launch.begin:before", do="wait")
    first = subprocess.Popen(
        wanted.command(SITE, "--tags=hosts"),
        cwd=PROJECT,
        env=site.clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    plug.hook.wait()
    second = repaired.play(SITE, "--tags=hosts")
    assert second.returncode == 0, second.output
    plug.hook.let_go()
    said, _nothing = first.communicate(timeout=60)
    assert first.returncode != 0 and "another run changed the host meanwhile" in said, said
    return NEW


FILL = """
import json, os, sys
sys.path.insert(0, "/opt/infra")
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
store = GenerationStore(Layout())
document = json.load(open("/etc/fractalops/generations/%s/manifest.json"))
for number in range(6):
    document["activation"]["window_seconds"] = 20 + number
    one = Generation.parse(document)
    store.stage(one, {})
os.utime("/etc/fractalops/generations/%s", (0, 0))
print(one.id)
"""


def clean_up_races_a_rollback(plug: Plug) -> str:
    """A commit removes old generations, and an operator has just asked for the oldest of them."""
    oldest, host = plug.ids[plug.sides[1]], plug.host
    newest = host.container.attach(["/usr/bin/python3", "-c", FILL % (oldest, oldest)]).strip()
    begun = back_to(host, newest)
    plug.hook.stop_at("confirm/store.GenerationStore.prune:before", "module/launch.begin:before", do="wait")
    with ThreadPoolExecutor() as pool:
        commit = pool.submit(host.confirm, begun)
        plug.hook.wait()
        wanted = pool.submit(back_to, host, oldest)
        plug.hook.wait(2)  # it has looked, found the oldest whole, and is about to wait for the lock
        plug.hook.let_go()
        assert commit.result()["stage"] == "confirmed"
        healthy = wanted.result()
    assert host.confirm(healthy)["stage"] == "confirmed"
    return NEW


def back_to(host: DirectHost, generation: str) -> dict[str, Any]:
    """An operator's rollback, healthy but not yet confirmed."""
    payload = json.dumps({"back_to": generation})
    answer = host.module("host_generation", payload=payload, owner="an operator", reason="a drill")
    assert not answer.get("failed"), answer
    return answer | (host._watched(answer["watch"]) if "watch" in answer else {})


@dataclass(frozen=True)
class Loss:
    """A plug that is pulled. ``lose`` does it and returns where the host has to end."""

    row: int
    what: str
    lose: Callable[[Plug], str]
    said: str = ""
    """What the next run says of it."""


ROLLED_BACK = "ended rolled-back: nobody confirmed it in time"
LOSSES = (
    Loss(1, "controller killed before staging", before_staging),
    Loss(2, "controller killed while it stages", while_it_stages, ROLLED_BACK),
    Loss(3, "controller killed once the guard is armed", once_armed, ROLLED_BACK),
    Loss(3, "controller killed in the trial", in_trial, ROLLED_BACK),
    Loss(4, "controller killed between trial and confirm", once_healthy, ROLLED_BACK),
    Loss(6, "controller killed when the confirm is sent", confirm_sent),
    Loss(6, "confirm reply lost", reply_lost),
    Loss(9, "ssh cut in the middle of an activation", ssh_cut, ROLLED_BACK),
    Loss(29, "two controllers, different commits", two_commits),
    Loss(36, "clean-up of generations races a rollback", clean_up_races_a_rollback),
)


@dataclass(frozen=True)
class Fate:
    """What was ``demanded`` and what became of it; ``after``, ``changed`` and ``said`` belong to the next run."""

    demanded: str
    ends: str
    after: str
    changed: bool
    said: str


def suffer(plug: Plug, loss: Loss) -> Fate:
    """What became of a loss; when the harness itself lost its way, it finds out where the host is."""
    try:
        return _suffer(plug, loss)
    except (AssertionError, LabError, subprocess.TimeoutExpired):
        plug.hook.clear()
        for play in plug.plays:
            if play.poll() is None:
                killed(play)
        workers_gone(plug)
        on = look(plug.host, patience_seconds=60)["pointer"]
        plug.sides.sort(key=lambda side: plug.ids[side] != on)
        raise


def _suffer(plug: Plug, loss: Loss) -> Fate:
    """Pull one plug, let the host settle, judge it; then an ordinary run, and judge again."""
    demanded = loss.lose(plug)
    workers_gone(plug)
    ends = plug.verdict()
    plug.hook.clear()
    run = plug.play(plug.sides[1])
    assert run.returncode == 0, f"after '{loss.what}' ({ends}) the next run failed: {run.output}"
    plug.sides.reverse()
    after = verdict(plug.host, {NEW: plug._expected(plug.sides[0])})
    return Fate(demanded, ends, after, bool(run.hosts_changed), " ".join(run.output.split()))


@pytest.fixture(scope="module")
def plugs(lab: tuple[Container, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Plug]]:
    """Fresh hosts beside those of the lab."""
    containers = hosts.up(HOSTS, "plug", FIRST_HOST)
    made = [Plug(n, one, tmp_path_factory.mktemp(one.name)) for n, one in enumerate(containers, FIRST_HOST)]
    begun = side_by_side(made, range(len(made)), lambda _plug, number: made[number].begin())
    for number in begun:
        of(begun, number)
    yield made
    hosts.down("plug")


@pytest.fixture(scope="module")
def fates(plugs: list[Plug], request: pytest.FixtureRequest) -> dict[tuple[Loss, int], Fate | Exception]:
    """What became of every loss that this session asks for."""
    return side_by_side(plugs, asked(request, "loss", Loss), lambda plug, job: suffer(plug, job[0]))


@pytest.mark.parametrize(
    "loss", [pytest.param(loss, marks=pytest.mark.fault(loss.row, loss.what), id=loss.what) for loss in LOSSES]
)
def test_a_controller_that_is_lost_or_not_alone_leaves_a_whole_host(
    loss: Loss, repetition: int, fates: dict[tuple[Loss, int], Fate | Exception], record_property: Any
) -> None:
    fate = of(fates, (loss, repetition))
    record_property("ends", fate.ends.partition(":")[0])
    record_property("mixed", int(fate.ends not in (OLD, NEW)) + int(fate.after != NEW))
    assert fate.ends == fate.demanded
    assert fate.after == NEW
    assert fate.changed == (fate.ends == OLD)
    assert loss.said in fate.said
