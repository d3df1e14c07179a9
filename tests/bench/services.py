# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host costs by the number of its services: a run with nothing to do is one module call, however many there are.

One host for each number, asked alone and in turn. Goal: with fifty services nothing to do takes at most a quarter more
than with one. A change of all services is shown beside it: it restarts what changed, so it grows with that.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.tests.lab import hosts, openbao, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .cost import Cost, Goal, cost, costs, judge
from .hosts import REPEATS, SITE, play, printed, services

COUNTS = (1, 5, 20, 50)
FLAT = 1.25


def main() -> int:
    """Measure, print the table, say whether the goal is met."""
    containers = hosts.up(len(COUNTS))
    openbao.up()
    with tempfile.TemporaryDirectory() as folder:
        rows = dict(printed(measure(site.Site(Path(folder)), containers)))
    hosts.down()
    openbao.down()
    fewest, most = (rows[_row(count)] for count in (COUNTS[0], COUNTS[-1]))
    return judge([Goal(f"{COUNTS[-1]} services / {COUNTS[0]}, nothing to do", most, fewest, FLAT)])


def measure(bench: site.Site, containers: tuple[Container, ...]) -> Iterator[tuple[str, Cost]]:
    """The best cost by number of services, a host each."""
    bench.write(_wanted(1))
    play(bench, *SITE, changed=True, count=len(COUNTS))
    bench.write(_wanted(2))
    for number, count in enumerate(COUNTS, 1):
        yield f"{count} services, all changed", cost(_run(bench, number, changed=True), containers, 1)
    runs = {_row(count): _run(bench, number, changed=False) for number, count in enumerate(COUNTS, 1)}
    yield from costs(runs, containers, REPEATS).items()


def _run(bench: site.Site, number: int, *, changed: bool) -> Callable[[], None]:
    return lambda: play(bench, *SITE, f"--limit=host-{number}", changed=changed, count=1)


def _wanted(revision: int) -> dict[str, Any]:
    made = {
        f"host-{number}": site.host(number, services(revision, count), window_seconds=120, soak_seconds=0)
        for number, count in enumerate(COUNTS, 1)
    }
    return site.topology(made)


def _row(count: int) -> str:
    return f"{count} services, nothing to do"


if __name__ == "__main__":
    sys.exit(main())
