# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin: instead of its tests, the session runs orders, each in a fork of itself.

Everything is imported once. A mutant costs a fork and the tests up to the one that notices.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from . import room, steady
from .exchange import LoadedFunctions
from .fate import End, Fate
from .mutant import Key, Mutant
from .order import Order
from .record import environment

ROOT = Path(__file__).resolve().parents[3]
AT_ONCE = 2
#: A test that takes this many times what it took when it was recorded does not end.
PATIENCE, LEAST_SECONDS = 10, 30
#: Of processor time, which other work on the machine does not use up.
LEAST_CPU_SECONDS = 5
#: For a Python of its own, which compiles whatever it imports.
ANEW_CPU_SECONDS = 30
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
TESTS_FAILED, NOTHING_RUN = 1, 5
#: The product as it is.
UNCHANGED = Mutant(Key("plugins/plugin_utils/errors.py", "", "nothing", "", ""), 0, 0, 0, "", (0, 0))


class Worker:
    """Runs the orders of a file and writes one fate per line to another."""

    def __init__(self, orders: Path, fates: Path) -> None:
        self._orders = [Order.load(json.loads(line)) for line in orders.read_text(encoding="utf-8").splitlines()]
        self._seconds = sum(order.seconds for order in self._orders)
        self._fates = fates
        self._failed = ""
        self._noticed: set[str] = set()
        self._running: dict[int, tuple[Order, int, float]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All orders, ``AT_ONCE`` at a time."""
        self._complaints = os.fdopen(os.dup(2), "w")
        self._items = {item.nodeid: item for item in session.items}
        self._loaded = LoadedFunctions(ROOT / "plugins")
        gc.collect()
        gc.freeze()
        with self._fates.open("w", encoding="utf-8") as fates:
            for fate in self._ends():
                fates.write(f"{json.dumps(fate.dump())}\n")
                fates.flush()
                self._noticed |= {fate.by} & self._items.keys()
        self._check_the_tests()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first failure."""
        if report.failed and not self._failed:
            self._failed = report.nodeid

    def _ends(self) -> Iterator[Fate]:
        for order in self._orders:
            if not order.tests:
                yield Fate(order.mutant, End.NOT_COVERED)
                continue
            if len(self._running) == AT_ONCE:
                yield self._next_end()
            self._start(order)
        while self._running:
            yield self._next_end()

    def _check_the_tests(self) -> None:
        """Whatever noticed a mutant passes in a room without one."""
        tests = tuple(sorted(self._noticed, key=list(self._items).index))
        self._start(Order(UNCHANGED, tests, self._seconds, is_early=False))
        if (fate := self._next_end()).end is not End.SURVIVED:
            raise RuntimeError(f"{fate.by or fate.end}: fails in a room without any mutant, so no kill counts")

    def _start(self, order: Order) -> None:
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            self._running[process] = (order, reading, time.monotonic())
            return
        code = os.EX_SOFTWARE
        try:
            code = self._outside(order, writing)
        finally:
            if code == os.EX_SOFTWARE:
                traceback.print_exc(file=self._complaints)
                self._complaints.flush()
            os._exit(code)

    def _next_end(self) -> Fate:
        process, status = os.wait()
        order, reading, started = self._running.pop(process)
        with os.fdopen(reading, encoding="utf-8") as stream:
            by = stream.read()
        code = os.waitstatus_to_exitcode(status)
        if code not in {0, TESTS_FAILED} and code != -signal.SIGALRM:
            raise RuntimeError(f"{order.mutant}: the room ended with {code}")
        end = {0: End.SURVIVED, TESTS_FAILED: End.KILLED}.get(code, End.TIMEOUT)
        return Fate(order.mutant, end, by, time.monotonic() - started)

    def _outside(self, order: Order, writing: int) -> int:
        """Wait for the process inside, but not for ever: the alarm ends this process, and the room with it."""
        os.setsid()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(LEAST_SECONDS + PATIENCE * order.seconds))
        room.leave()
        inside = os.fork()
        if not inside:
            os._exit(self._inside(order, writing))
        code = os.waitstatus_to_exitcode(os.waitpid(inside, 0)[1])
        if code in {-signal.SIGKILL, -signal.SIGXCPU}:
            os.kill(os.getpid(), signal.SIGALRM)
        # A process that ended itself in the middle of a test, by a signal or an exit, was noticed too.
        return code if code in {0, os.EX_SOFTWARE} else TESTS_FAILED

    def _inside(self, order: Order, writing: int) -> int:
        source = order.mutant.source(ROOT)
        room.furnish(ROOT / order.mutant.key.file, source)
        is_taken = self._loaded.take(ROOT / order.mutant.key.file, source)
        is_anew = order.is_early or not is_taken
        cpu_seconds = int(LEAST_CPU_SECONDS + PATIENCE * order.seconds) + (ANEW_CPU_SECONDS if is_anew else 0)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        _be_quiet()
        by = self._run([self._items[test] for test in order.tests]) if is_taken else ""
        if not by and is_anew:
            by = _run_anew(order.tests)
        os.write(writing, by.encode())
        return TESTS_FAILED if by else 0

    def _run(self, items: Sequence[pytest.Item]) -> str:
        """The first test that fails."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            except (KeyboardInterrupt, pytest.exit.Exception):
                return item.nodeid
            if self._failed:
                break
        return self._failed


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _run_anew(tests: Sequence[str]) -> str:
    """The first test that fails in a Python that imports the mutated file."""
    Path(room.SCRATCH, "tests").write_text("\n".join(tests), encoding="utf-8")
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "mutation.steady"]
    command += ["-o", f"cache_dir={room.SCRATCH}/cache", f"@{room.SCRATCH}/tests"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode in {0, NOTHING_RUN}:
        return ""
    found = FAILED.search(done.stdout)
    return found[1] if found else "the import"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where orders are read and fates are written."""
    parser.addoption("--orders", type=Path, required=True)
    parser.addoption("--fates", type=Path, required=True)


def pytest_configure(config: Any) -> None:
    """Take the place of the loop over the tests; none of them is by chance."""
    steady.load()
    config.pluginmanager.register(Worker(config.getoption("--orders"), config.getoption("--fates")), "mutation-worker")
