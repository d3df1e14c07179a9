# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command of the collection in a process where Ansible cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, CompletedProcess
from typing import IO

from .base import TREE

_PROGRAM = """
import runpy, sys
sys.modules["ansible"] = None
runpy.run_module("ansible_collections.fractalops.infra.plugins.plugin_utils." + sys.argv.pop(1), run_name="__main__")
"""


def run_package(package: str, *arguments: str | Path, stdout: int | IO[bytes] = PIPE) -> CompletedProcess[str]:
    """``python -m …plugin_utils.<package>``."""
    command = [sys.executable, "-c", _PROGRAM, package, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(TREE)}
    return subprocess.run(command, env=environment, stdout=stdout, stderr=PIPE, text=True, timeout=60, check=False)


def run(*arguments: str | Path) -> CompletedProcess[str]:
    """``python -m …plugin_utils.topology``."""
    return run_package("topology", *arguments)
