# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty services on five hosts: ours against a loop of tasks and against a shell script, all in one run.

Wall seconds on one machine; only the ratios mean something elsewhere. Goals: nothing to do ≤ 1.5 × ping,
twenty changed services ≤ 3 × the shell script (soak aside: it is a wait by choice).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.tests.lab import hosts, openbao, site, ssh

HOSTS = 5
SERVICES = 20
REPEATS = 3
PEERS = Path(__file__).parent / "peers"


def main() -> int:
    """Measure, print the table, say whether the goals are met."""
    containers = hosts.up(HOSTS)
    openbao.up()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(site.Site(Path(folder)), [container.address for container in containers])
    hosts.down()
    openbao.down()
    print("\n".join(f"{name:<44} {seconds:8.2f} s" for name, seconds in rows.items()))
    return judge(rows)


def measure(bench: site.Site, addresses: list[str]) -> dict[str, float]:
    """Median seconds by what was run."""
    revision = iter(range(1, 1000))

    def change() -> None:
        bench.write(wanted(next(revision)))
        play(bench, "fractalops.infra.site", "--tags=hosts", changed=True)

    def shell() -> None:
        command = [str(PEERS / "deploy.sh"), str(next(revision)), str(ssh.CONFIG), *addresses]
        subprocess.run(command, check=True, timeout=300)

    def loop(**expected: bool) -> None:
        play(bench, str(PEERS / "loop.yml"), f"--extra-vars=revision={current}", **expected)

    change()
    rows = {
        "ping": seconds(lambda: play(bench, str(PEERS / "ping.yml"), changed=False)),
        "ours, nothing to do": seconds(lambda: play(bench, "fractalops.infra.site", "--tags=hosts", changed=False)),
        "ours, 20 services changed": seconds(change),
    }
    shell()
    rows["shell script, 20 services changed"] = seconds(shell)
    current = next(revision)
    loop(changed=True)
    rows["loop of tasks, nothing to do"] = seconds(lambda: loop(changed=False), repeats=1)
    current = next(revision)
    rows["loop of tasks, 20 services changed"] = seconds(lambda: loop(changed=True), repeats=1)
    return rows


def judge(rows: dict[str, float]) -> int:
    """Print the ratios beside their goals; the exit code says whether all are met."""
    goals = [
        ("nothing to do / ping", rows["ours, nothing to do"] / rows["ping"], 1.5),
        ("change / shell script", rows["ours, 20 services changed"] / rows["shell script, 20 services changed"], 3.0),
        ("change / loop of tasks", rows["ours, 20 services changed"] / rows["loop of tasks, 20 services changed"], 0.1),
    ]
    for name, ratio, goal in goals:
        print(f"{name:<44} {ratio:8.2f}   goal ≤ {goal}  {'met' if ratio <= goal else 'MISSED'}")
    return 0 if all(ratio <= goal for _name, ratio, goal in goals) else 1


def wanted(revision: int) -> dict[str, Any]:
    """The topology with every service at ``revision``; no soak, no secrets, as the peers have none."""
    services = {
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
        for number in range(1, SERVICES + 1)
    }
    return site.topology({f"host-{n}": site.host(n, services, soak_seconds=0) for n in range(1, HOSTS + 1)})


def play(bench: site.Site, playbook: str, *arguments: str, changed: bool) -> None:
    """Run a play and make sure it did what it is measured for."""
    run = bench.play(playbook, *arguments)
    hosts_changed = [count for name, count in run.changed.items() if name.startswith("host-") and count]
    if run.returncode or len(hosts_changed) != (HOSTS if changed else 0):
        sys.exit(f"{playbook}: not what was to be measured\n{run.output}")


def seconds(act: Callable[[], None], repeats: int = REPEATS) -> float:
    """Median wall time."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
