# SPDX-License-Identifier: GPL-3.0-or-later
"""The largest input of every hostile kind costs less than a second and 200 MB, and is refused at the token."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ..base import HEAD, TREE, written

PROGRAM = Path(__file__).with_name("bounded_load.py")
MAX_PEAK_KB = 200_000
#: All that a file may hold.
FULL = 4 * 1024 * 1024


def bomb(levels: int = 9, width: int = 9) -> str:
    """A billion laughs: each level names the one before nine times."""
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels + 1)]
    return "\n".join(lines) + "\n"


def filled(piece: str) -> str:
    """``piece`` again and again, up to the largest file."""
    return piece * ((FULL - len(HEAD)) // len(piece))


HOSTILE = {
    "billion laughs": (bomb(), "1:5 a0: anchors are not allowed"),
    "all the laughs a file can hold": (
        "".join(f"a{n}: &a{n} [{'*a0, ' * 9}]\n" for n in range(60_000)),
        "1:5 a0: anchors are not allowed",
    ),
    "merge keys": ("base: &base {a: 1}\nx: {<<: *base}\n", "1:7 base: anchors are not allowed"),
    "depth in one line": ("x: " + "[" * (FULL - 4), "1:35 x"),
    "depth of mappings": ("x: " + "{a: " * ((FULL - 4) // 4), "1:128 x"),
    "depth by indentation": ("".join(" " * n + "a:\n" for n in range(2_800)), "33:33 a"),
    "depth of lists": ("x:\n" + "- " * ((FULL - 4) // 2), "2:63 x"),
    "one huge integer": ("x: " + "9" * (FULL - 4), "1:4 x: the value is longer than 65,536 characters"),
    "an integer as long as a value may be": ("x: " + "9" * 65_536, "1:4 x: the number is too large"),
    "a huge hexadecimal integer": ("x: 0x" + "f" * 65_000, "1:4 x: "),
    "a huge exponent": ("x: 1e999999999", "1:4 x: "),
    "many huge integers": (filled("- " + "9" * 60_000 + "\n"), "1:3 [0]: the number is too large"),
    "many values": ("x: [" + filled("1,"), "the file holds too many values"),
    "many empty mappings": ("x: [" + filled("{},"), "the file holds too many values"),
    "many keys": (filled("k: 1\n"), "2:1 k: the key is given twice"),
    "many tabs": ("x:" + filled("\t"), "1:3: a tab in the file"),
    "a huge key": ("k" * (FULL - 8) + ": 1\n", "1:1: the value is longer than 65,536 characters"),
    "a huge quoted text": ('x: "' + filled("\\n") + '"\n', "1:4 x: the value is longer than 65,536 characters"),
    "a huge folded text": ("x: >\n" + filled("  y\n"), "1:4 x: the value is longer than 65,536 characters"),
    "a huge comment": (filled("#"), "the file is empty"),
    "a huge open quote": ('x: "' + filled("y"), "this is not YAML"),
    "more than a file may hold": ("#" * (FULL + 1), "the file is larger than 4 MiB"),
}


def load(file: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """Load ``file`` within that much processor time."""
    command = [sys.executable, str(PROGRAM), str(file), str(seconds)]
    return subprocess.run(command, env={"PYTHONPATH": str(TREE)}, capture_output=True, text=True, check=False)


@pytest.mark.fault(39, "hostile YAML, as much of it as fits, bounded in time and memory")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_refused_at_the_token_within_a_second_and_200_mb(tmp_path: Path, name: str) -> None:
    content, words = HOSTILE[name]
    file = written(tmp_path, content)
    done = load(file, seconds=1.0)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-2000:]}"
    answer = json.loads(done.stdout)
    assert answer["peak_kb"] < MAX_PEAK_KB
    found = [violation.removeprefix(f"{file}:") for violation in answer["violations"]]
    assert any(violation.startswith(words) or f": {words}" in violation for violation in found), found[:3]


def test_a_load_that_takes_longer_is_killed_and_memory_is_seen(tmp_path: Path) -> None:
    """The control: without it the bounds may be none."""
    file = written(tmp_path, filled("k: 1\n"))
    assert load(file, seconds=0.001).returncode == -signal.SIGPROF
    small = json.loads(load(written(tmp_path, "x: 1\n"), seconds=1.0).stdout)["peak_kb"]
    full = json.loads(load(written(tmp_path, "x: " + "9" * (FULL - 4)), seconds=1.0).stdout)["peak_kb"]
    assert full > small + FULL // 1024
