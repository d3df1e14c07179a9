# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action refuses before it looks at a work tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.action.kubernetes_tree import ActionModule
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

ROOT = Path(__file__).resolve().parents[4]
TOPOLOGY = ROOT / "tests" / "golden" / "kubernetes" / "one_cluster" / "topology.yml"


def test_a_cluster_of_flux_gets_no_tree_and_is_told_by_its_line(tmp_path: Path) -> None:
    text = TOPOLOGY.read_text(encoding="utf-8")
    argocd = next(line for line in text.splitlines() if "type: argocd" in line)
    file = tmp_path / "topology.yml"
    flux = "    delivery: {type: flux, namespace: flux-system, source: flux-system}"
    file.write_text(text.replace(argocd, flux), encoding="utf-8")
    action, place = ActionModule(*[None] * 6), f"{file}:{text.splitlines().index(argocd) + 1}:22"
    with pytest.raises(InfraError) as caught:
        action.told(load_topology(file), {"cluster": "lab", "tree": str(tmp_path / "absent")})
    assert str(caught.value) == (
        f"{place} clusters.lab.delivery.type: no tree is written for flux yet; deliver with argocd"
    )
