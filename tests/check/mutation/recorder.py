# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin that writes the record; with xdist, each process its part and the first one the whole."""

from __future__ import annotations

import _thread
import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

from .record import AT_IMPORT, Record, product_digest, record_file, stored_record, test_files

ROOT = Path(__file__).resolve().parents[3]
#: Starts a context that belongs to a fixture, not to a test.
FIXTURE = "fixture "


class Recorder:
    """Lines by test. What a fixture shares between tests is reached by all of them."""

    def __init__(self) -> None:
        self._coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[f"{ROOT}/plugins/*"], messages=False
        )
        self._coverage.set_option("run:disable_warnings", ["no-data-collected", "module-not-imported", "no-ctracer"])
        self._coverage.start()
        _trace_every_thread()
        self._seconds: dict[str, float] = {}
        self._users: dict[str, set[str]] = {}
        self._context = AT_IMPORT

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """The lines of one test, its set-up included."""
        started = _processor_seconds()
        for definitions in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
            for one in definitions:
                self._users.setdefault(_context_of(one), set()).add(item.nodeid)
        with self._within(item.nodeid):
            done = yield
        self._seconds[item.nodeid] = round(_processor_seconds() - started, 4)
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """The lines of a fixture that several tests share."""
        if fixturedef.scope == "function":
            return (yield)
        with self._within(_context_of(fixturedef)):
            return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write this process' part, or put all parts together when every test passed."""
        self._coverage.stop()
        worker = getattr(session.config, "workerinput", {}).get("workerid")
        parts = record_file(ROOT).parent / "parts"
        parts.mkdir(parents=True, exist_ok=True)
        (parts / f"{worker or 'main'}.json").write_text(self._record().dump(), encoding="utf-8")
        if not worker:
            if exitstatus == 0:
                _put_together(parts)
            shutil.rmtree(parts)

    def _record(self) -> Record:
        digests = test_files(ROOT)
        files = {name: digests[name] for name in {test.partition("::")[0] for test in self._seconds}}
        record = Record(product_digest(ROOT), files, self._seconds)
        data = self._coverage.get_data()
        for file in data.measured_files():
            record.lines[str(Path(file).relative_to(ROOT))] = {
                line: {test for context in contexts for test in self._tests_of(context)}
                for line, contexts in data.contexts_by_lineno(file).items()
            }
        return record

    def _tests_of(self, context: str) -> set[str]:
        return self._users.get(context, set()) if context.startswith(FIXTURE) else {context}

    @contextlib.contextmanager
    def _within(self, context: str) -> Iterator[None]:
        outer, self._context = self._context, context
        self._coverage.switch_context(context)
        try:
            yield
        finally:
            self._context = outer
            self._coverage.switch_context(outer)


def _trace_every_thread() -> None:
    """Also those that are not made by ``threading``, which coverage knows; a simulated process is one."""
    start = _thread.start_new_thread

    def started(function: Callable[..., object], *arguments: Any) -> int:
        def traced(*given: Any, **named: Any) -> None:
            sys.settrace(threading.gettrace())
            function(*given, **named)

        return start(traced, *arguments)

    _thread.start_new_thread = started


def _put_together(parts: Path) -> None:
    found = [Record.load(part.read_text(encoding="utf-8")) for part in parts.glob("*.json")]
    whole = stored_record(ROOT).without({file for part in found for file in part.files})
    for part in found:
        whole.add(part)
    record_file(ROOT).write_text(whole.dump(), encoding="utf-8")


def _processor_seconds() -> float:
    """Of this process and of those it waited for: other work on the machine does not lengthen them."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _context_of(fixture: pytest.FixtureDef[Any]) -> str:
    return f"{FIXTURE}{fixture.baseid}::{fixture.argname}"


#: Watches from here on: conftest files import the product before any hook is called, and in a simulated process the
#: disk is not the one on which coverage looks for a file that is new to it.
RECORDER = Recorder()


def pytest_configure(config: pytest.Config) -> None:
    """Hear of every test."""
    config.pluginmanager.register(RECORDER, "mutation-recorder")
