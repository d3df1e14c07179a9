# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that forks workers as Ansible does, each of which asks the reader; and what a test needs to drive it.

Standard input: a line of questions, as JSON, for workers side by side. Standard output: a line of what each got.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ansible_collections.fractalops.infra.plugins.plugin_utils import errors
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.asking import ask
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.question import Question

COLLECTIONS = str(Path(errors.__file__).parents[5])
PROGRAM = "play_reader/process.py"


class RunOfForks:
    """The process, with a folder of its own."""

    def __init__(self, folder: Path, *, may_start: bool = True) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder), str(int(may_start))],
            env={"PYTHONPATH": COLLECTIONS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, *questions: Question) -> list[Any]:
        """What workers side by side got: strings, None for no reader, or kind and words of a failure."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([one._asdict() for one in questions]) + "\n")
        self._process.stdin.flush()
        answer: list[Any] = json.loads(self._process.stdout.readline())
        return answer

    def readers(self) -> list[int]:
        """Processes that read for this run."""
        return readers_of(self.pid)

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()


def readers_of(run: int) -> list[int]:
    """Processes that read for the run with this number, by their command lines."""
    return [pid for pid, words in _command_lines().items() if _reads_for(words) == run]


def _reads_for(words: Sequence[str]) -> int | None:
    place = next((number for number, word in enumerate(words) if word.endswith(PROGRAM)), None)
    return None if place is None else int(words[place + 4])


def _command_lines() -> Mapping[int, Sequence[str]]:
    lines = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            lines[int(process)] = Path(f"/proc/{process}/cmdline").read_text(errors="replace").split("\0")
        except OSError:
            continue
    return lines


def eventually(is_true: Callable[[], bool]) -> bool:
    """Whether it comes to hold; what it waits for is another process."""
    for _ in range(1000):
        if is_true():
            return True
        time.sleep(0.01)
    return False


def main() -> None:
    """Until standard input ends."""
    folder, may_start = sys.argv[1], bool(int(sys.argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forks = multiprocessing.get_context("fork")
    for line in sys.stdin:
        pipes = [forks.Pipe(duplex=False) for _ in json.loads(line)]
        workers = [
            forks.Process(target=_work, args=(Question(**one), folder, may_start, ours))
            for one, (_theirs, ours) in zip(json.loads(line), pipes, strict=True)
        ]
        for worker in workers:
            worker.start()
        print(json.dumps([theirs.recv() for theirs, _ours in pipes]), flush=True)
        for worker in workers:
            worker.join()


def _work(question: Question, folder: str, may_start: bool, pipe: Any) -> None:  # noqa: FBT001  an argument of a process
    try:
        pipe.send(ask(question, folder, may_start=may_start))
    except errors.InfraError as failure:
        pipe.send({"kind": type(failure).__name__, "words": str(failure)})


if __name__ == "__main__":
    main()
