# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's start on 100, 1,000 and 10,000 hosts: the topology, validated, against the inventories Ansible brings.

Wall seconds, processor seconds and peak memory on one machine; only the ratios mean something elsewhere. They are made
of processor seconds: each command computes on one core, and other work on the machine distorts them less. The same
holds for every peer: Python keeps its bytecode, as it does for users, every command has run once before anything
counts, and all take turns, so that a busy minute is a busy one for each. 10,000 hosts take ten minutes, nearly all of
it the builtin ``yaml``: ``--hosts=100,1000`` leaves them out, ``--commands=list`` takes a third.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import estate

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".cache" / "venv" / "bin"
TREES = ROOT / ".cache" / "collections"
CHECK = "ansible_collections.fractalops.infra.plugins.plugin_utils.topology"
FIRST_HOST = str(estate.place(0)["name"])
PLAY = f"- hosts: {FIRST_HOST}\n  gather_facts: false\n  tasks: [{{ansible.builtin.meta: noop}}]\n"
MOST_RUNS = 9
ENOUGH_SECONDS = 10
MEBIBYTE = 1024
OURS, DEFAULTS, SCRIPT = "topology", "yaml, default plugins", "script"
#: Largest ratio to the builtin yaml with default plugins, by number of hosts. A small estate is Ansible's own start.
WALL_GOALS = {1_000: 0.17, 10_000: 0.08}
MEMORY_GOALS = {10_000: 0.16}
CHECK_SECONDS = 1.0
COMMANDS = ("list", "host", "play")


@dataclass(frozen=True, slots=True)
class Peer:
    """A kind of inventory, how it is written, and the plugins that are switched on for it."""

    name: str
    write: Callable[[Path, int], Path]
    plugins: str | None
    """None for what Ansible does without any setting."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A command, and the folder with its settings."""

    command: list[str]
    home: Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took; memory is the peak of all its processes, in KiB."""

    wall_seconds: float
    cpu_seconds: float
    peak_kib: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measured value beside its goal."""

    name: str
    value: float
    goal: float

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal

    def __str__(self) -> str:
        return f"{self.name:<58} {self.value:8.3f}   goal ≤ {self.goal:<6} {'met' if self.is_met else 'MISSED'}"


PEERS = (
    Peer("empty", estate.write_empty, None),
    Peer(OURS, estate.write_topology, "ansible.builtin.host_list, fractalops.infra.topology, ansible.builtin.yaml"),
    Peer(SCRIPT, estate.write_script, "ansible.builtin.script"),
    Peer("ini", estate.write_ini, "ansible.builtin.ini"),
    Peer("yaml, alone", estate.write_yaml, "ansible.builtin.yaml"),
    Peer(DEFAULTS, estate.write_yaml, None),
)
#: Command and peer.
Key = tuple[str, str]
#: Seconds and memory by size, command and peer.
Rows = dict[tuple[int, str, str], Cost]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, say whether the goals are met."""
    parser = argparse.ArgumentParser(prog="tests/bench/run inventory")
    parser.add_argument("--hosts", default="100,1000,10000", help="sizes of the estate, such as 100,1000")
    parser.add_argument("--commands", default=",".join(COMMANDS), help="some of the default")
    options = parser.parse_args(arguments)
    sizes, chosen = [int(word) for word in options.hosts.split(",")], options.commands.split(",")
    rows: Rows = {}
    print(f"medians of up to {MOST_RUNS} runs in turn, after one to warm up; Python keeps bytecode, for every peer")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows |= measure(Path(folder), size, chosen)
        print("\n".join(table(rows, size, chosen)), flush=True)
    verdicts = [verdict for size in sizes for verdict in judge(rows, size, chosen)]
    print("\n".join(map(str, verdicts)))
    return 0 if all(verdict.is_met for verdict in verdicts) else 1


def measure(folder: Path, size: int, chosen: list[str]) -> Rows:
    """Every chosen command with every peer on an estate of ``size`` hosts; all of them in turn."""
    warm_up(folder / "warm", chosen)
    found = attempts(folder / "estate", size, chosen)
    runs: dict[Key, list[Cost]] = {key: [] for key in found}
    for _ in range(MOST_RUNS):
        for key, attempt in found.items():
            if sum(one.wall_seconds for one in runs[key]) < ENOUGH_SECONDS:
                runs[key].append(run(attempt))
    return {(size, *key): middle(costs) for key, costs in runs.items()}


def warm_up(folder: Path, chosen: list[str]) -> None:
    """Every command of every peer once, with one host: afterwards the bytecode of all modules is there."""
    for attempt in attempts(folder, 1, chosen).values():
        run(attempt)


def attempts(folder: Path, size: int, chosen: list[str]) -> dict[Key, Attempt]:
    """What is measured on an estate of ``size`` hosts, by command and peer."""
    folder.mkdir()
    play = folder / "play.yml"
    play.write_text(PLAY, encoding="utf-8")
    found: dict[Key, Attempt] = {}
    for peer in PEERS:
        home = folder / peer.name.replace(", ", "-").replace(" ", "-")
        home.mkdir()
        source = peer.write(home, size)
        write_settings(home, peer)
        found |= {(name, peer.name): Attempt(one, home) for name, one in commands(source, play) if name in chosen}
    topology = folder / OURS / "topology"
    found["check", OURS] = Attempt([str(BIN / "python"), "-m", CHECK, str(topology)], folder / OURS)
    return found


def commands(source: Path, play: Path) -> Iterator[tuple[str, list[str]]]:
    """What is measured, by name."""
    inventory = [str(BIN / "ansible-inventory"), "-i", str(source)]
    yield "list", [*inventory, "--list"]
    yield "host", [*inventory, "--host", FIRST_HOST]
    yield "play", [str(BIN / "ansible-playbook"), "-i", str(source), str(play)]


def write_settings(home: Path, peer: Peer) -> None:
    """A configuration of the peer's own; an inventory that cannot be read is an error."""
    plugins = f"enable_plugins = {peer.plugins}\n" if peer.plugins else ""
    (home / "ansible.cfg").write_text(f"[inventory]\nany_unparsed_is_failed = true\n{plugins}", encoding="utf-8")


def middle(costs: list[Cost]) -> Cost:
    """The medians; of memory the most."""
    return Cost(
        statistics.median(one.wall_seconds for one in costs),
        statistics.median(one.cpu_seconds for one in costs),
        max(one.peak_kib for one in costs),
    )


def run(attempt: Attempt) -> Cost:
    """Run once and make sure it worked."""
    output, home = attempt.home / "output", attempt.home
    with output.open("wb") as stream:
        start = time.perf_counter()
        process = subprocess.Popen(
            attempt.command, env=environment(home), cwd=home, stdout=stream, stderr=subprocess.STDOUT
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        words = " ".join(attempt.command)
        sys.exit(f"{words}: not what was to be measured\n{output.read_text(encoding='utf-8')[-4000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def environment(home: Path) -> dict[str, str]:
    """Settings of this home only. Python may keep bytecode: without it every start of every peer compiles Ansible."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)
    return ours | {
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(TREES),
        "PYTHONPATH": str(TREES),
    }


def table(rows: Rows, size: int, chosen: list[str]) -> Iterator[str]:
    """One line per peer."""
    yield f"\n{f'{size:,} hosts':<24}" + "".join(f"{name + ' s':>10}{'cpu s':>8}{'MiB':>6}" for name in chosen)
    for peer in PEERS:
        costs = [rows[size, name, peer.name] for name in chosen]
        yield f"{peer.name:<24}" + "".join(map(_columns, costs))
    check = rows[size, "check", OURS]
    yield f"{'python -m …topology':<24}{_columns(check)}"


def _columns(one: Cost) -> str:
    return f"{one.wall_seconds:>10.2f}{one.cpu_seconds:>8.2f}{one.peak_kib / MEBIBYTE:>6.0f}"


def judge(rows: Rows, size: int, chosen: list[str]) -> Iterator[Verdict]:
    """What was promised for this size."""
    for name in chosen:
        ours, defaults = rows[size, name, OURS], rows[size, name, DEFAULTS]
        where = f"{size:,} hosts, {name}: topology / "
        if size in WALL_GOALS:
            yield Verdict(f"{where}{DEFAULTS}", ours.cpu_seconds / defaults.cpu_seconds, WALL_GOALS[size])
            yield Verdict(f"{where}{SCRIPT}", ours.cpu_seconds / rows[size, name, SCRIPT].cpu_seconds, 1.0)
        if size in MEMORY_GOALS:
            yield Verdict(f"{where}{DEFAULTS}, memory", ours.peak_kib / defaults.peak_kib, MEMORY_GOALS[size])
    if size == 1_000:
        yield Verdict(
            "1,000 hosts: python -m …topology, seconds", rows[size, "check", OURS].wall_seconds, CHECK_SECONDS
        )


if __name__ == "__main__":
    sys.exit(main())
