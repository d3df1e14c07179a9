# SPDX-License-Identifier: GPL-3.0-or-later
"""Each folder here is a topology and, byte for byte, the overlays that come of it.

After a change that is meant, write them again and read the diff:
``PYTHONPATH=.cache/collections python tests/golden/kubernetes/test_kubernetes_golden.py``
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.yaml_writer import yaml_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/topology.yml"))


def projected(case: Path) -> dict[str, str]:
    """Text by path, a folder per cluster."""
    topology = load_topology(case / "topology.yml").topology
    return {
        f"{cluster}/{document.path}": yaml_text(document.content)
        for cluster in topology.clusters
        for document in kubernetes_documents(topology, cluster)
    }


def expected(case: Path) -> dict[str, str]:
    folder = case / "expected"
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_there_are_cases() -> None:
    assert len(CASES) > 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_overlays_are_byte_for_byte_as_expected(case):
    assert projected(case) == expected(case)


def write(case: Path) -> None:
    shutil.rmtree(case / "expected", ignore_errors=True)
    for path, text in projected(case).items():
        file = case / "expected" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    for each in CASES:
        write(each)
