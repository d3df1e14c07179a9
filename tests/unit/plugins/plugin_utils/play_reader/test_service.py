# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader does to itself before it reads anything."""

from __future__ import annotations

import subprocess
import sys

from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.play_reader.run_of_forks import COLLECTIONS

PROGRAM = """
import ctypes, resource
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.service import keep_memory_private
is_dumpable = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
before = is_dumpable()
keep_memory_private()
print(before, is_dumpable(), resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


def test_neither_a_core_file_nor_a_debugger_of_the_user_sees_its_memory() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": COLLECTIONS},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    before, after, core_bytes = map(int, ended.stdout.split())
    assert (before, after) == (1, 0)
    assert core_bytes in (0, 1), "one byte is what no core is made for"
