# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what became of every fault: one line per row of the fault table, from the results of marked tests.

A test is marked ``@pytest.mark.fault(row, "what breaks")``, once per row it shows. What it found it says by
``record_property``: ``ends`` (which generation the host is on then, or ``refused``), ``mixed`` (how many states were
neither the old nor the new generation), ``kill`` (the point at which a process was killed). All of it travels in the
test reports, so it is the same under pytest-xdist.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

ROWS = range(1, 40)
HEAD = ("row", "fault", "ends", "tests", "runs", "mixed")
MARK = "fault"


@dataclass
class Row:
    """One fault and all tests that make it happen."""

    faults: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    tests: set[str] = field(default_factory=set)
    runs: int = 0
    failed: int = 0
    mixed: int = 0

    @property
    def is_shown(self) -> bool:
        """Some test made it happen, and all of them passed without a mixed state."""
        return bool(self.runs) and not self.failed and not self.mixed

    def add(self, report: pytest.TestReport, fault: str, *, has_passed: bool) -> None:
        """Count one run of one test."""
        said = [(name, value) for name, value in report.user_properties if name in ("ends", "mixed")]
        self.faults += [fault] if fault not in self.faults else []
        self.ends += [str(value) for name, value in said if name == "ends" and str(value) not in self.ends]
        self.tests.add(report.nodeid)
        self.runs += 1
        self.failed += not has_passed
        self.mixed += sum(int(str(value)) for name, value in said if name == "mixed")

    def cells(self, number: int) -> tuple[str, ...]:
        """As text, in the order of ``HEAD``."""
        ends = ", ".join(sorted(self.ends)) or ("as asserted" if self.is_shown else "-")
        failed = f" ({self.failed} failed)" if self.failed else ""
        return (
            str(number),
            _first(self.faults) or "NOT SHOWN",
            ends,
            str(len({test.partition("[")[0] for test in self.tests})),
            f"{self.runs}{failed}",
            str(self.mixed),
        )


def _first(faults: list[str]) -> str:
    """One line has room for one; ``-v`` names all tests."""
    more = f" (+{len(faults) - 1})" if len(faults) > 1 else ""
    return "".join(faults[:1]) + more


class FaultTable:
    """The plugin: marks become properties of reports, reports become the table."""

    def __init__(self, repeat: int) -> None:
        self._repeat = repeat
        self._rows = {number: Row() for number in ROWS}
        self._kills: set[str] = set()
        self._failed: set[str] = set()
        self._started = time.monotonic()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Marks do not travel with a report, properties do."""
        item.user_properties += [(MARK, [row, what]) for row, what in faults_of(item)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test when its last report comes: fixtures may judge the host after it."""
        if not report.passed:
            self._failed.add(report.nodeid)
        if report.when != "teardown":
            return
        has_passed = report.nodeid not in self._failed
        for name, value in report.user_properties:
            if name == MARK:
                row, what = value  # a list after its way through pytest-xdist
                self._rows[int(row)].add(report, str(what), has_passed=has_passed)
            elif name == "kill" and has_passed:
                self._kills.add(str(value))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table and its sum."""
        if terminalreporter.config.option.collectonly:
            return
        terminalreporter.section("faults")
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> list[str]:
        """The table as text."""
        cells = [HEAD, *(row.cells(number) for number, row in self._rows.items())]
        widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
        padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in cells]
        head, *table = [" | ".join(line).rstrip() for line in padded]
        return [head, "-+-".join("-" * width for width in widths), *table, self.sum()]

    def sum(self) -> str:
        """The last line."""
        shown = sum(row.is_shown for row in self._rows.values())
        mixed = sum(row.mixed for row in self._rows.values())
        seconds = time.monotonic() - self._started
        kills = f"{len(self._kills)} kill points x {self._repeat} repetitions"
        return f"{shown}/{len(ROWS)} rows, {kills}, {mixed} mixed states, {seconds:.0f} s"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A row without a passing test is a failure of the harness, whatever else passed."""
        is_controller = not hasattr(session.config, "workerinput")
        if is_controller and session.exitstatus == pytest.ExitCode.OK and not self._is_whole():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_whole(self) -> bool:
        return all(row.is_shown for row in self._rows.values())


def faults_of(item: pytest.Item) -> Iterable[tuple[int, str]]:
    """Row and words of every mark of a test. Raises UsageError when a mark is not of that form."""
    for mark in item.iter_markers(MARK):
        match mark.args:
            case (int(row), str(what)) if row in ROWS:
                yield row, what
            case _:
                raise pytest.UsageError(f'{item.nodeid}: write @pytest.mark.fault(row of 1 to 39, "what breaks")')
