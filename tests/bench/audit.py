# SPDX-License-Identifier: GPL-3.0-or-later
"""An audit of 100,000 files against detect-secrets, both on the same tree in one run.

The tree is settings, logs, programs and data as a host has them, 2 KiB on average, with secrets planted here and there.
detect-secrets uses every core there is, as it does by itself; ours uses one, as hosts have other work to do.
Both have seen the tree once before, so that the disk is not what is measured. Seconds mean something on this machine
only, the ratio elsewhere too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.audit.audit import Audit

CACHE = Path(__file__).resolve().parents[2] / ".cache"
PEER = CACHE / "peers" / "detect-secrets"
REQUIREMENTS = Path(__file__).parent / "peers" / "audit" / "requirements.txt"
FILES = 100_000
PER_FOLDER = 100
#: One file in so many holds a secret.
PLANTED_EVERY = 500
KNOWN_VALUES = 50
MAX_FILE_BYTES = 64 * 1024 * 1024
#: At least this many times faster, and with at most this much memory.
FASTER = 10.0
MAX_MIB = 128.0
WORDS = (
    "the queue worker reads a job from its table and writes what it did to the log when it is done "
    "config server port host address timeout retry limit name value default path user group index state "
    "return import from class def self none true false error warning info debug start stop reload"
).split()
KINDS: tuple[tuple[str, str], ...] = (
    ("log", "2026-11-20T10:{n:02}:11Z worker[{n}]: {words}\n"),
    ("py", "    def {word}_{n}(self, {word}):\n        return self.{word}.{word}({n}, key={word})\n"),
    ("json", '  {{"{word}": "{words}", "id": {n}, "url": "https://{word}.lab.example/{word}/{n}"}},\n'),
    ("ini", "{word}_{n} = {words}\n# {words}\n"),
    ("md", "- {words}; see https://{word}.lab.example/ for the token of {word}.\n"),
)


@dataclass(frozen=True)
class Row:
    """One contender: seconds, most memory of one process, and how many planted secrets it named."""

    seconds: float
    mib: float
    found: int
    others: int


def main() -> int:
    """Measure, print the table, say whether the goals are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--only", choices=("ours",), help="leave the peer out")
    given = parser.parse_args()
    folder = CACHE / "bench" / "audit"
    try:
        planted = make_tree(folder, given.files)
        rows = measure(folder, planted, with_peer=given.only is None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{given.files:,} files, {len(planted)} with a secret{'':<10}{'wall s':>8}{'MiB':>8}{'found':>8}{'others':>8}"
    )
    for name, row in rows.items():
        print(f"{name:<44}{row.seconds:>8.2f}{row.mib:>8.0f}{row.found:>8}{row.others:>8}")
    return judge(rows, len(planted))


def measure(folder: Path, planted: set[str], *, with_peer: bool) -> dict[str, Row]:
    """Every contender after one look at the whole tree."""
    subprocess.run(["grep", "--recursive", "--quiet", "no such text", str(folder)], check=False)
    rows = {
        "ours": timed(lambda: ours(folder, {}), planted),
        f"ours, {KNOWN_VALUES} known values too": timed(lambda: ours(folder, known_values()), planted),
    }
    if with_peer:
        executable = peer()
        rows["detect-secrets"] = timed(lambda: theirs(executable, folder), planted)
    return rows


def judge(rows: dict[str, Row], planted: int) -> int:
    """Print the ratios beside their goals; the exit code says whether all are met."""
    mine = rows["ours"]
    goals = [
        ("secrets named by ours / planted", mine.found / planted, 1.0, True),
        ("MiB of ours", mine.mib, MAX_MIB, False),
    ]
    if "detect-secrets" in rows:
        goals.append(("detect-secrets / ours", rows["detect-secrets"].seconds / mine.seconds, FASTER, True))
    for name, figure, goal, is_floor in goals:
        is_met = figure >= goal if is_floor else figure <= goal
        print(f"{name:<44}{figure:>8.2f}   goal {'≥' if is_floor else '≤'} {goal:g}  {'met' if is_met else 'MISSED'}")
    return 0 if all(figure >= goal if is_floor else figure <= goal for _name, figure, goal, is_floor in goals) else 1


def timed(act: Callable[[], set[str]], planted: set[str]) -> Row:
    """In a process of its own, so that its memory is its own."""
    reader, writer = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if not child:
        os.close(reader)
        named = act()
        usages = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        with os.fdopen(writer, "w") as stream:
            json.dump([sorted(named), max(usages) / 1024], stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        named, mib = json.load(stream)
    os.waitpid(child, 0)
    return Row(time.perf_counter() - started, mib, len(planted & set(named)), len(set(named) - planted))


def ours(folder: Path, values: dict[str, str]) -> set[str]:
    """Files named by the audit that runs on hosts."""
    audit = Audit(values, [], MAX_FILE_BYTES)
    audit.folders([str(folder)])
    findings = audit.result()["findings"]
    assert isinstance(findings, list)
    return {os.path.relpath(finding["path"], folder) for finding in findings}


def theirs(executable: Path, folder: Path) -> set[str]:
    """Files named by detect-secrets with its defaults."""
    command = [str(executable), "scan", "--all-files", "."]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout)["results"])


def peer() -> Path:
    """detect-secrets, installed at the first run."""
    executable = PEER / "bin" / "detect-secrets"
    if not executable.exists():
        print(f"installing detect-secrets into {PEER}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        pip = [str(PEER / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True)
    return executable


def make_tree(folder: Path, files: int) -> set[str]:
    """The tree, the same at every run; returns the paths of the files with a secret."""
    shutil.rmtree(folder, ignore_errors=True)
    chance = random.Random(1)
    planted = set()
    for number in range(files):
        suffix, line = KINDS[number % len(KINDS)]
        text = some_text(chance, line)
        path = f"{number // PER_FOLDER // 10}/{number // PER_FOLDER}/{number}.{suffix}"
        if number % PLANTED_EVERY == PLANTED_EVERY // 2:
            text += secret(chance, number // PLANTED_EVERY)
            planted.add(path)
        if not number % PER_FOLDER:
            (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(text)
    return planted


def some_text(chance: random.Random, line: str) -> str:
    """Lines of one kind, half a KiB to four."""
    lines = []
    for _ in range(chance.randint(5, 40)):
        words = " ".join(chance.choices(WORDS, k=7))
        lines.append(line.format(n=chance.randint(0, 59), word=chance.choice(WORDS), words=words))
    return "".join(lines)


def secret(chance: random.Random, number: int) -> str:
    """A line with a secret that both know."""
    letters = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=36))
    mixed = "".join(chance.choice("abcdefXYZ") + chance.choice("0123456789") for _ in range(20))
    return (
        f"aws_access_key_id = AKIA{letters[:16]}\n",
        f"github = ghp_{mixed[:36]}\n",
        f"database = postgres://app:{mixed[:16]}@db/app\n",
        f'"password": "{mixed[:24]}",\n',
        f"-----BEGIN RSA PRIVATE KEY-----\n{letters}\n{letters}\n",
    )[number % 5]


def known_values() -> dict[str, str]:
    """Values that stand nowhere in the tree."""
    chance = random.Random(2)
    return {f"bao://secret/bench/{n}#value": f"known-{chance.getrandbits(96):024x}" for n in range(KNOWN_VALUES)}


if __name__ == "__main__":
    sys.exit(main())
