# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever was done to a host: drift is clean exactly when the plan is empty and site changes nothing.

Whoever does what drift says, and runs site, has a silent host in the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.integration.host import by_hand, three_answers
from ansible_collections.fractalops.infra.tests.integration.host.three_answers import Answer
from ansible_collections.fractalops.infra.tests.lab import hosts, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .conftest import Host

LOOK = str(Path(__file__).with_name("look.yml"))
HOSTS, ROUNDS, SEED = 5, 6, 1
#: A finding that is followed may uncover another one.
STEPS = 4
Asked = Callable[[list[Host]], dict[str, Answer]]


@pytest.fixture(scope="module")
def many(lab: tuple[Container, ...]) -> Iterator[list[Host]]:
    """Five hosts, those of the lab among them."""
    more = hosts.up(HOSTS - len(lab), prefix="agree", first=len(lab) + 1)
    yield [Host(f"worker-{number}", one) for number, one in enumerate((*lab, *more), 1)]
    hosts.down("agree")


@pytest.fixture(scope="module")
def made(many: list[Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    """A site of these, in order."""
    one, services = site.Site(tmp_path_factory.mktemp("many")), by_hand.wanted_services()
    assets = {
        host.name: site.host(number, services, window_seconds=40, soak_seconds=0) | {"units": by_hand.wanted_units()}
        for number, host in enumerate(many, 1)
    }
    one.write(site.topology(assets))
    one.deliver_releases()
    on_each(many, {host.name: f"cp -a /opt/fractalops/releases /root/; {by_hand.FOREIGN}" for host in many})
    run = one.play("fractalops.infra.site", "--tags=hosts")
    assert run.returncode == 0, run.output
    yield one
    gone = (
        f"cd {by_hand.ETC}; systemctl disable --now {by_hand.KEPT} {by_hand.MASKED}; rm {by_hand.KEPT} {by_hand.MASKED}"
    )
    on_each(many, dict.fromkeys((host.name for host in many), gone))


def on_each(many: list[Host], commands: dict[str, str]) -> None:
    """All of them at once, by name; what a command says or how it ends is of no account."""
    with ThreadPoolExecutor(max_workers=HOSTS) as pool:
        list(pool.map(lambda host: host.run(f"exec >/dev/null 2>&1\n{commands[host.name]}\ntrue"), many))


@pytest.fixture
def asked(made: site.Site, tmp_path: Path) -> Asked:
    """Asks hosts, and runs site on them."""

    def ask(some: list[Host]) -> dict[str, Answer]:
        limit = ",".join(["control_plane", *(host.name for host in some)])
        found = {host.name: tmp_path / f"{host.name}.json" for host in some}
        for path in found.values():
            path.unlink(missing_ok=True)
        run = made.play(LOOK, f"--extra-vars=answers={tmp_path}", f"--limit={limit}")
        assert all(path.exists() for path in found.values()), run.output
        return {name: json.loads(path.read_text()) for name, path in found.items()}

    return ask


def test_drift_plan_and_site_agree_in_every_state(many: list[Host], asked: Asked) -> None:
    states, seen, wrong = by_hand.states(SEED), set[str](), list[str]()
    for _round in range(ROUNDS):
        done = {host.name: next(states) for host in many}
        on_each(many, {host.name: "\n".join([home(host), *done[host.name].values()]) for host in many})
        said = asked(many)
        for name, words in done.items():
            found = list(three_answers.complaints(said[name]))
            print(f"{name} {', '.join(words)}: {'; '.join(found) or three_answers.summary(said[name])}", flush=True)
            wrong += [f"{words}: {one}" for one in found]
            seen.add(str(words))
        loud = dict(settled(many, asked, said))
        wrong += [f"{done[name]}: {one}" for name, one in loud.items()]
        many = [host for host in many if host.name not in loud]  # what is left of a state would stand for the next
    assert not wrong, "\n".join(wrong)
    assert len(seen) >= 30


def home(host: Host) -> str:
    """As shell, where its generation is, whatever becomes of the pointer."""
    return f"G=/etc/fractalops/generations/{host.state()['confirmed']}"


def settled(many: list[Host], asked: Asked, said: dict[str, Answer]) -> Iterator[tuple[str, str]]:
    """Follow every finding, run site, look again; by host, in words, where that does not end in silence."""
    for _step in range(STEPS):
        restless = [host for host in many if not three_answers.is_silent(said[host.name])]
        if not restless:
            return
        on_each(restless, {host.name: "\n".join(three_answers.followed(said[host.name])) for host in restless})
        said = {**said, **asked(restless)}
    for host in many:
        if not three_answers.is_silent(said[host.name]):
            yield host.name, "whoever does what is said hears " + three_answers.left(said[host.name])
