# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: choose mutants, run them, print the score; exit code 1 when one survives without a reason."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .accepted import FILE, accepted, entry
from .fate import End, Fate
from .mutant import MESSAGE, Mutant
from .order import Order
from .record import TESTS, environment, fresh_record
from .sample import all_mutants, product_files, sample
from .score import table

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache" / "mutation"


def main(words: list[str]) -> int:
    """Run what was asked for and tell about it."""
    asked = arguments(words)
    started = time.monotonic()
    mutants = all_mutants(ROOT, asked.files or product_files(ROOT))
    chosen = mutants if asked.all else sample(mutants, asked.seed, asked.count)
    print(f"{len(chosen)} of {len(mutants)} mutants, seed {asked.seed}", flush=True)
    record = fresh_record(ROOT)
    fates = fates_of([Order.of(mutant, record, asked.budget) for mutant in chosen])
    print("\n".join(table(fates)))
    print(f"{time.monotonic() - started:.0f} s; every fate: {CACHE / 'fates.jsonl'}")
    return unknown_survivors(fates)


def arguments(words: list[str]) -> argparse.Namespace:
    """Seed, count and files."""
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=10, help="chooses the sample; the same one chooses the same mutants"
    )
    parser.add_argument("--count", type=int, default=100, help="how many mutants")
    parser.add_argument("--all", action="store_true", help="every mutant instead of a sample; hours")
    parser.add_argument("--budget", type=float, default=10, help="seconds that the tests of one mutant may take")
    parser.add_argument("files", nargs="*", help="files of the product, relative to the clone; all when none is given")
    return parser.parse_args(words)


def fates_of(orders: Sequence[Order], folder: Path = CACHE) -> list[Fate]:
    """Run the orders in a pytest session that has imported everything; both are left in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    given, found = folder / "orders.jsonl", folder / "fates.jsonl"
    given.write_text("".join(f"{json.dumps(order.dump())}\n" for order in orders), encoding="utf-8")
    folders = [folder for folder in TESTS if (ROOT / folder).is_dir()]
    command = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-q",
        "-s",
        "--assert=plain",
        "--tb=native",
        "-p",
        "mutation.worker",
    ]
    command += [f"--orders={given}", f"--fates={found}", *folders]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\nthe mutants could not be run")
    return [Fate.load(json.loads(line)) for line in found.read_text(encoding="utf-8").splitlines()]


def unknown_survivors(fates: Sequence[Fate]) -> int:
    """Print the survivors that have no reason, but for changed messages; 1 when there are some."""
    reasons = accepted(FILE.read_text(encoding="utf-8"))
    unknown: list[Mutant] = [
        fate.mutant
        for fate in fates
        if fate.end is End.SURVIVED and fate.mutant.key.kind != MESSAGE and fate.mutant.key not in reasons
    ]
    if not unknown:
        return 0
    print(f"\n{len(unknown)} survive; write a test that notices, or add a reason to {FILE.relative_to(ROOT)}:\n")
    for mutant in unknown:
        print(f"# {mutant}\n{entry(mutant.key)}", end="")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
