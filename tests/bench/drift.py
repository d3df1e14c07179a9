# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift of thirty hosts with five services each, against a ping of the same hosts.

Goal: at most twice the ping, the reports included: one module call per host that looks at files, links, units and
effective properties.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.fractalops.infra.tests.lab import hosts, openbao, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .cost import Cost, Goal, costs, judge
from .hosts import PEERS, REPEATS, SITE, play, printed, wanted

HOSTS = 30
SERVICES = 5
TWICE = 2.0


def main() -> int:
    """Measure, print the table, say whether the goal is met."""
    containers = hosts.up(HOSTS)
    openbao.up()
    with tempfile.TemporaryDirectory() as folder:
        bench = site.Site(Path(folder))
        bench.write(wanted(1, SERVICES, HOSTS))
        play(bench, *SITE, changed=True, count=HOSTS)
        rows = dict(printed(measure(bench, containers)))
    hosts.down()
    openbao.down()
    return judge([Goal(f"drift / ping, {HOSTS} hosts", rows["drift"], rows["ping"], TWICE)])


def measure(bench: site.Site, containers: tuple[Container, ...]) -> Iterator[tuple[str, Cost]]:
    """The best cost by what was run."""
    report, page = bench.folder / "drift.json", bench.folder / "drift.html"

    def drift() -> None:
        play(bench, "fractalops.infra.drift", f"--extra-vars=drift_json={report} drift_report={page}", changed=False)
        if json.loads(report.read_text())["counts"]["in order"] != HOSTS:
            sys.exit(f"not every host is in order\n{report.read_text()}")

    def ping() -> None:
        play(bench, str(PEERS / "ping.yml"), changed=False)

    yield from costs({"ping": ping, "drift": drift}, containers, REPEATS).items()


if __name__ == "__main__":
    sys.exit(main())
