# SPDX-License-Identifier: GPL-3.0-or-later
"""The package as it runs on a host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import agent
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout


def installed(tmp_path: Path) -> Path:
    layout = Layout(tmp_path)
    layout.run.mkdir(parents=True)
    return agent.install(layout)


def test_the_agent_runs_without_ansible_and_finds_nothing_to_guard(tmp_path: Path) -> None:
    command = [sys.executable, "-I", str(installed(tmp_path)), "guard", "an-id"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_agent_is_installed_once_per_content(tmp_path: Path) -> None:
    assert installed(tmp_path) == agent.install(Layout(tmp_path))
