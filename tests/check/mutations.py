# SPDX-License-Identifier: GPL-3.0-or-later
"""Take away one rule or derivation at a time, and see whether a test notices.

PYTHONPATH=.cache/collections python -m ansible_collections.fractalops.infra.tests.check.mutations [NAME…]

Exit code 1 when one can be taken away unnoticed. As a pytest plugin this module is what takes it away:
``-p mutations --without=NAME``.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ansible_collections.fractalops.infra.plugins.plugin_utils.topology"
TESTS = (
    "tests/unit/plugins/plugin_utils/topology/test_broken_topologies.py",
    "tests/unit/plugins/plugin_utils/topology",
    "tests/golden",
)
#: Module and name of each tuple of functions that are rules or derivations.
TABLES = (("rules", "RULES"), ("rules", "SCHEMA_RULES"), ("derivation.derive", "DERIVATIONS"))
#: These compare the list of rules with the files, so they would notice anything.
NOT_EVIDENCE = "not test_every_rule_has_a_topology_that_breaks_it and not test_every_derivation"
AT_ONCE = 2
FAILED = re.compile(r"^FAILED (?:tests/unit/plugins/plugin_utils/)?(\S+)", re.MULTILINE)
TESTS_FAILED = 1


@dataclass(frozen=True, slots=True)
class Fate:
    """What happened without a rule."""

    name: str
    first_failure: str | None
    output: str


def main(names: list[str]) -> int:
    """Print the first failing test of every mutation; the exit code."""
    if (plain := fate_without("")).first_failure:
        print(f"with every rule in place {plain.first_failure} fails already")
        return 1
    chosen = names or list(mutations())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        fates = []
        for fate in threads.map(fate_without, chosen):
            print(f"{fate.name:<56} {fate.first_failure or 'SURVIVES'}", flush=True)
            fates.append(fate)
    survivors = [fate for fate in fates if not fate.first_failure]
    print(f"\n{len(fates)} taken away one by one, {len(survivors)} unnoticed")
    return 1 if survivors else 0


def mutations() -> Iterator[str]:
    """Every rule and derivation by name."""
    for table, attribute in TABLES:
        yield from (one.__name__ for one in _table(table, attribute))


def fate_without(name: str) -> Fate:
    """Run the tests up to the first failure, in a process of its own; an empty ``name`` takes nothing away."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", Path(__file__).stem]
    done = subprocess.run(
        [*command, f"--without={name}", "-k", NOT_EVIDENCE, *TESTS],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    found = FAILED.search(done.stdout)
    if done.returncode not in (0, TESTS_FAILED) or (done.returncode and not found):
        sys.exit(f"without {name} the tests do not run:\n{done.stdout}{done.stderr}")
    return Fate(name, found[1] if found else None, done.stdout)


def pytest_addoption(parser: Any) -> None:
    """The option by which a run of the tests is told what to do without."""
    parser.addoption("--without", required=True)


def pytest_sessionstart(session: Any) -> None:
    """Take the rule or derivation out of its table, before any test is collected and after Ansible's loader is set."""
    name = session.config.getoption("--without")
    if not name:
        return
    for table, attribute in TABLES:
        functions = _table(table, attribute)
        kept = tuple(one for one in functions if one.__name__ != name)
        setattr(importlib.import_module(f"{PACKAGE}.{table}"), attribute, kept)
        if len(kept) < len(functions):
            return
    raise ValueError(f"there is no rule or derivation {name}")


def _table(module: str, attribute: str) -> tuple[Any, ...]:
    return tuple(getattr(importlib.import_module(f"{PACKAGE}.{module}"), attribute))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
