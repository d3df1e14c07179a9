# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty services on five hosts: ours against a loop of tasks, a role and a shell script, all in one run.

Only the ratios mean something elsewhere. The peers have the same hardening in effect, and users, configs, units and
drop-ins as ours; they check, confirm and undo nothing. Goals: nothing to do ≤ 1.5 × ping, twenty changed services and
the first run on a fresh host ≤ 3 × the shell script (soak aside: it is a wait by choice), a tenth of the loop of tasks.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from ansible_collections.fractalops.infra.tests.lab import container, hosts, openbao, site, ssh
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .cost import Cost, Goal, cost, costs, judge

HOSTS = 5
SERVICES = 20
REPEATS = 3
PEERS = Path(__file__).parent / "peers"
SITE = ("fractalops.infra.site", "--tags=hosts")


class Apply(Protocol):
    """Brings the hosts to a revision, and makes sure that this was a change, or none."""

    def __call__(self, revision: int, *, changed: bool) -> None: ...


def main() -> int:
    """Measure, print the table, say whether the goals are met."""
    site.PLAY_SECONDS = 1800  # a loop of tasks on a busy machine
    openbao.up()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(site.Site(Path(folder)))
    hosts.down()
    openbao.down()
    return judge(goals(rows))


def measure(bench: site.Site) -> dict[str, Cost]:
    """The best cost by what was run; every contender begins on hosts of its own."""
    revisions = iter(range(1, 1000))
    rows: dict[str, Cost] = {}
    for name, contender in contenders(bench).items():
        containers = fresh_hosts(bench)
        rows |= dict(printed(_of_one(bench, name, contender, revisions, containers)))
    return rows


def contenders(bench: site.Site) -> dict[str, Apply]:
    """How each brings the hosts to a revision."""

    def ours(revision: int, *, changed: bool) -> None:
        bench.write(wanted(revision))
        play(bench, *SITE, changed=changed)

    def role(revision: int, *, changed: bool) -> None:
        play(bench, str(PEERS / "role.yml"), f"--extra-vars=revision={revision}", changed=changed)

    def loop(revision: int, *, changed: bool) -> None:
        play(bench, str(PEERS / "loop.yml"), f"--extra-vars=revision={revision}", changed=changed)

    def shell(revision: int, *, changed: bool) -> None:
        command = [str(PEERS / "deploy.sh"), str(revision), str(ssh.CONFIG)]
        subprocess.run([*command, *(one.address for one in container.present())], check=True, timeout=300)

    return {"ours": ours, "shell script": shell, "role": role, "loop of tasks": loop}


def _of_one(
    bench: site.Site, name: str, apply: Apply, revisions: Iterator[int], containers: tuple[Container, ...]
) -> Iterator[tuple[str, Cost]]:
    """The first run, then changes, then runs with nothing to do beside a ping; the slow ones once."""
    repeats = REPEATS if name in ("ours", "shell script") else 1
    current = 0

    def change() -> None:
        nonlocal current
        current = next(revisions)
        apply(current, changed=True)

    yield f"{name}, first run", cost(change, containers, 1)
    yield f"{name}, {SERVICES} services changed", cost(change, containers, repeats)
    if name == "shell script":  # it has no notion of nothing to do
        return
    beside = {f"{name}, nothing to do": lambda: apply(current, changed=False)}
    if name == "ours":
        beside["ping"] = lambda: play(bench, str(PEERS / "ping.yml"), changed=False)
    yield from costs(beside, containers, repeats).items()


def fresh_hosts(bench: site.Site) -> tuple[Container, ...]:
    """New hosts that were pinged once: connections and compiled modules are nobody's first run."""
    containers = hosts.up(HOSTS)
    bench.write(wanted(0))
    play(bench, str(PEERS / "ping.yml"), changed=False)
    return containers


def goals(rows: dict[str, Cost]) -> list[Goal]:
    """What must hold."""
    change = f", {SERVICES} services changed"
    return [
        Goal("nothing to do / ping", rows["ours, nothing to do"], rows["ping"], 1.5),
        Goal("change / shell script", rows["ours" + change], rows["shell script" + change], 3.0),
        Goal("first run / shell script", rows["ours, first run"], rows["shell script, first run"], 3.0),
        Goal("change / loop of tasks", rows["ours" + change], rows["loop of tasks" + change], 0.1),
        Goal("change / role", rows["ours" + change], rows["role" + change], 0.1),
        Goal("nothing to do / role", rows["ours, nothing to do"], rows["role, nothing to do"], 0.1),
    ]


def printed(rows: Iterator[tuple[str, Cost]] | list[tuple[str, Cost]]) -> Iterator[tuple[str, Cost]]:
    """Each row as soon as it is there."""
    for name, found in rows:
        print(f"{name:<40} {found}", flush=True)
        yield name, found


def wanted(revision: int, count: int = SERVICES, hosts_count: int = HOSTS) -> dict[str, Any]:
    """The topology with every service at ``revision``; no soak, no secrets, as the peers have none."""
    made = services(revision, count)
    window = 120  # a busy machine is no reason to roll back
    return site.topology(
        {f"host-{n}": site.host(n, made, window_seconds=window, soak_seconds=0) for n in range(1, hosts_count + 1)}
    )


def services(revision: int, count: int) -> dict[str, Any]:
    """So many services that do nothing, with a config each."""
    return {
        f"ours-{number}": {
            "user": f"ours-{number}",
            "exec": ["/usr/bin/sleep", "infinity"],
            "config": {
                "format": "json",
                "schema": "service.schema.json",
                "content": {"name": f"ours-{number}", "port": 2000 + revision, "credentials": []},
            },
            "hardening": "standard",
        }
        for number in range(1, count + 1)
    }


def play(bench: site.Site, playbook: str, *arguments: str, changed: bool, count: int = HOSTS) -> None:
    """Run a play and make sure it did what it is measured for."""
    run = bench.play(playbook, *arguments)
    hosts_changed = [name for name, tasks in run.changed.items() if name.startswith("host-") and tasks]
    if run.returncode or len(hosts_changed) != (count if changed else 0):
        sys.exit(f"{playbook}: not what was to be measured\n{run.output}")


if __name__ == "__main__":
    sys.exit(main())
