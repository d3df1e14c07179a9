# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of the command line to look at in Chromium."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.integration.topology.estate import estate

ROOT = Path(__file__).resolve().parents[3]
MODULE = "ansible_collections.fractalops.infra.plugins.plugin_utils.graph"


@pytest.fixture(name="pages", scope="session")
def _pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name: one of everything, 5 assets, 200 assets."""
    folder = tmp_path_factory.mktemp("pages")
    topologies = {"golden": ROOT / "tests" / "golden" / "graph" / "topology.yml"}
    for assets in (5, 200):
        topologies[str(assets)] = folder / f"{assets}.yml"
        topologies[str(assets)].write_text(estate(assets), encoding="utf-8")
    return {name: _page(folder / f"{name}.html", topology) for name, topology in topologies.items()}


def _page(page: Path, topology: Path) -> Path:
    environment = os.environ | {"PYTHONPATH": str(ROOT / ".cache" / "collections")}
    command = [sys.executable, "-m", MODULE, str(topology), "--format", "html"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page.write_text(done.stdout, encoding="utf-8")
    return page
