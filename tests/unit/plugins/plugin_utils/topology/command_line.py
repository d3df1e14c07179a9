# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the topology, in a process where Ansible cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .base import TREE

PROGRAM = """
import runpy, sys
sys.modules["ansible"] = None
runpy.run_module("ansible_collections.fractalops.infra.plugins.plugin_utils.topology", run_name="__main__")
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Give it ``arguments``."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(TREE)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
