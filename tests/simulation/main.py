# SPDX-License-Identifier: GPL-3.0-or-later
"""All schedules at once, on every processor; the exit code says whether each ended whole.

tests/simulation/run                       one fault at every change of every scenario, 4,000 seeds of several faults,
                                           and 4,000 of two runs
tests/simulation/run --seeds 100000        more seeds
tests/simulation/run --every 10            one fault at every tenth change
tests/simulation/run --mutants             which mistakes in the product are seen, and by which schedule first
tests/simulation/run --show 'Schedule(…)'  every change of one, as it was printed before
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable
from random import Random

from ansible_collections.fractalops.infra.tests.simulation import scenario, system_calls
from ansible_collections.fractalops.infra.tests.simulation.exploration import KINDS, race, several, single
from ansible_collections.fractalops.infra.tests.simulation.fault import Fault
from ansible_collections.fractalops.infra.tests.simulation.mutants import MUTANTS
from ansible_collections.fractalops.infra.tests.simulation.schedule import Course, Schedule

CHUNK = 20
#: How many schedules a mistake may escape.
PATIENCE = 600


def problems(schedule: Schedule) -> tuple[Schedule, list[str]]:
    """What is wrong with the end of one."""
    return schedule, Course(schedule).run().problems


def run_all(name: str, schedules: Iterable[Schedule]) -> int:
    """Run them side by side and say how many there were; how many ended otherwise than whole."""
    started, count, wrong = time.monotonic(), 0, 0
    with multiprocessing.get_context("fork").Pool() as pool:
        for schedule, found in pool.imap_unordered(problems, schedules, CHUNK):
            count += 1
            if found:
                wrong += 1
                print(f"   {schedule!r}\n      " + "\n      ".join(found), flush=True)
    took = time.monotonic() - started
    print(f"{name:<10}{count:>7} schedules {took:>7.1f} s {count / took:>6.0f} a second {wrong:>5} mixed", flush=True)
    return wrong


def first_seen(number: int) -> str:
    """The first schedule that shows a mistake."""
    mutant, seeds = MUTANTS[number], range(PATIENCE)
    singles = [schedule for what in KINDS for schedule in single(what)]
    Random(number).shuffle(singles)
    tried = [Schedule(name) for name in scenario.SCENARIOS]
    tried += [one for some in zip(singles, map(several, seeds), map(race, seeds), strict=False) for one in some]
    with mutant.in_place():
        for count, schedule in enumerate(tried[:PATIENCE], start=1):
            found = Course(schedule).run().problems
            if found:
                return f"seen      {mutant.words}: schedule {count}, {schedule!r}: {found[0]}"
    return f"NOT SEEN  {mutant.words}: {PATIENCE} schedules"


def mistakes() -> int:
    """Say of every mistake what shows it; how many nothing showed."""
    unseen = 0
    with multiprocessing.get_context("fork").Pool() as pool:
        for line in pool.imap(first_seen, range(len(MUTANTS))):
            unseen += line.startswith("NOT SEEN")
            print(line, flush=True)
    return unseen


def show(words: str) -> int:
    """Every change of one schedule, and its problems."""
    course = Course(eval(words, {"Schedule": Schedule, "Fault": Fault})).run()
    print("\n".join([*course.trace, *course.problems]))
    return int(bool(course.problems))


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="tests/simulation/run")
    parser.add_argument("--seeds", type=int, default=4000)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--show")
    asked = parser.parse_args(arguments)
    with system_calls.in_place():
        scenario.disk_with_old()
        if asked.show:
            return show(asked.show)
        if asked.mutants:
            return mistakes()
        wrong = run_all("quiet", [Schedule(name) for name in scenario.SCENARIOS])
        wrong += sum(run_all(what, list(single(what))[:: asked.every]) for what in KINDS)
        wrong += run_all("several", map(several, range(asked.seeds)))
        wrong += run_all("races", map(race, range(asked.seeds)))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
