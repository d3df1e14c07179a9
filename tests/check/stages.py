# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check of the project, stage by stage; ``tests/run`` calls it, and ``make test`` does after the set-up.

tests/run             all stages
tests/run ruff units  these, in the table's order
tests/run --list      what there is
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
TREES = CACHE / "collections"
TYPED = tuple(
    f"-p ansible_collections.fractalops.infra.{part}"
    for part in ("plugins", "tests.lab", "tests.check", "tests.crash", "tests.simulation")
)
SIGN_OF_LIFE_SECONDS = 30


@dataclass(frozen=True)
class Stage:
    """One check: a command that exits 0 when all is well."""

    name: str
    words: str
    command: str
    #: Where it runs.
    directory: Path = ROOT
    limit_seconds: int = 300


MARKDOWN = "$(git ls-files -co --exclude-standard '*.md')"
SCRIPTS = "$(git grep --untracked -lE '^#!(/usr/bin/env |/bin/)(ba)?sh' ':!*.py')"
WORDS = " && ".join(
    ("codespell", f"pymarkdown scan {MARKDOWN}", "python tests/check/links.py", "antsibull-changelog lint")
)
#: Unit tests leave a record of which of them reach which line, for the mutants.
_TESTED = "tests/unit tests/golden tests/simulation"
UNITS = f"PYTHONPATH={ROOT}/tests/check pytest -q -p mutation.recorder --numprocesses auto {_TESTED}"
MUTANTS = "python -m ansible_collections.fractalops.infra.tests.check.mutation"
#: Labs side by side: much of a fault's time is waiting for a deadline. Three keep two processors busy.
ROOMS = f"--dist loadfile --tx '3*popen//python={ROOT}/tests/lab/room {CACHE}/venv/bin/python'"
STAGES = (
    Stage("ruff", "style of all Python", "ruff check . && ruff format --check ."),
    Stage("mypy", "types of all Python, strict", f"mypy --config-file {ROOT}/.mypy.ini {' '.join(TYPED)}", TREES),
    Stage("yamllint", "style of all YAML", "yamllint --strict ."),
    Stage("shellcheck", "shell scripts", f"shellcheck {SCRIPTS}"),
    Stage("words", "spelling, Markdown, changelog", WORDS),
    Stage("docs", "documentation of plugins and roles", "antsibull-docs lint-collection-docs --plugin-docs ."),
    Stage("ansible-lint", "roles and playbooks, production profile", "ansible-lint"),
    Stage("units", "unit and golden tests, the simulated host", UNITS, limit_seconds=900),
    Stage(
        "mutations", "a seeded sample of wrong changes of the product, each noticed by a unit test", MUTANTS, TREES, 600
    ),
    Stage("sanity", "ansible-test sanity", "tests/check/ansible-test sanity --python default", limit_seconds=600),
    Stage("ansible-units", "ansible-test units", "tests/check/ansible-test units --python default", limit_seconds=900),
    Stage("build", "the collection builds, installs and verifies", "tests/check/build"),
    Stage(
        "integration",
        "real hosts, OpenBao, kustomize, Helm, CRD schemas, Chromium",
        f"pytest -q tests/integration {ROOMS}",
        limit_seconds=2400,
    ),
    Stage("molecule", "roles on real LXC hosts", "molecule test --all", limit_seconds=900),
)


def main(words: list[str]) -> int:
    """Run the stages asked for, all of them even when one fails, and sum up."""
    if "--list" in words:
        print("\n".join(f"{stage.name:<14}{stage.words}" for stage in STAGES))
        return 0
    unknown = set(words) - {stage.name for stage in STAGES}
    if unknown:
        print(f"tests/run: no stage {', '.join(sorted(unknown))}; see tests/run --list", file=sys.stderr)
        return 2
    before = work_tree()
    results = {stage.name: run(stage) for stage in STAGES if not words or stage.name in words}
    return summary(results, is_clean=work_tree() == before)


def run(stage: Stage) -> float | None:
    """How many seconds it took; None when it failed, after all it said."""
    print(f"== {stage.name}: {stage.words}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        reason = follow(stage, output.fileno(), started)
        if reason:
            output.seek(0)
            print(
                f"{output.read().rstrip()}\n== {stage.name}: FAILED, {reason}; again: tests/run {stage.name}",
                flush=True,
            )
            return None
    took = time.monotonic() - started
    print(f"== {stage.name}: fine, {took:.0f} s", flush=True)
    return took


def follow(stage: Stage, output: int, started: float) -> str:
    """Wait for a stage with a sign of life now and then; why it failed, or nothing."""
    process = subprocess.Popen(
        ["bash", "-c", stage.command],
        cwd=stage.directory,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    try:
        while True:
            try:
                code = process.wait(SIGN_OF_LIFE_SECONDS)
                return f"exit code {code}" if code else ""
            except subprocess.TimeoutExpired:
                passed = time.monotonic() - started
            if passed > stage.limit_seconds:
                return f"no end within {stage.limit_seconds} s"
            print(f"   {stage.name}: still at it after {passed:.0f} s", flush=True)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
            process.wait()


def environment() -> dict[str, str]:
    """The tools of .cache/venv first, and no setting or cache of the user's own for Ansible."""
    return os.environ | {
        "PATH": f"{CACHE}/venv/bin:{os.environ['PATH']}",
        "ANSIBLE_CONFIG": f"{ROOT}/ansible.cfg",
        "ANSIBLE_COLLECTIONS_PATH": str(TREES),
        "ANSIBLE_HOME": f"{CACHE}/ansible",
        "MOLECULE_GLOB": "molecule/*/molecule.yml",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
    }


def work_tree() -> str:
    """What git sees; tests must leave it as it was."""
    return subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def summary(results: dict[str, float | None], *, is_clean: bool) -> int:
    """One line per stage; the exit code."""
    print("\n== Summary")
    for name, took in results.items():
        print(f"   {name:<14}{'FAILED' if took is None else f'{took:5.0f} s'}")
    if not is_clean:
        print("   The tests changed the work tree: see git status.")
    is_fine = is_clean and None not in results.values()
    print(f"   {'all fine' if is_fine else 'NOT fine'}", flush=True)
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
