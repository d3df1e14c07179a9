# SPDX-License-Identifier: GPL-3.0-or-later
"""An integration is used and never deployed: no projection makes anything of it, and no play can be told to."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.inventory import project_inventory
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.runtime_asset import (
    ExternalAsset,
    KubernetesAsset,
    LxcAsset,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible

from .base import ROOT, VALID, written

INTEGRATION = """\
  forge:
    role: integration
    binding: {type: external}
    endpoints: {executor_url: "https://forge.example"}
    auth: {method: none}
"""


@pytest.fixture(name="lab", scope="module")
def _lab() -> Topology:
    return load_topology(ROOT / "inventories" / "lxc-pve-lab" / "topology.yml").topology


def test_an_integration_has_urls_auth_and_health_only() -> None:
    assert set(ExternalAsset.model_fields) == {"role", "binding", "endpoints", "auth", "health"}
    assert "services" in LxcAsset.model_fields
    assert "helm" in KubernetesAsset.model_fields


def test_no_projection_deploys_an_integration(lab: Topology) -> None:
    integrations = [name for name, asset in lab.runtime_assets.items() if isinstance(asset, ExternalAsset)]
    hosts = {host.name for host in project_inventory(lab, "/srv/topology.yml", "/usr/bin/python3").hosts}
    documents = " ".join(document.path for document in kubernetes_documents(lab, "lab"))
    assert len(integrations) > 3
    for name in integrations:
        assert name not in hosts
        assert f"/{name}.yaml" not in documents


def test_a_play_that_is_limited_to_an_integration_finds_no_host(tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    written(tmp_path, VALID + INTEGRATION)
    done = ansible("playbook", tmp_path, "fractalops.infra.site", "--limit", "forge")
    assert done.returncode != 0
    assert "no hosts to target" in done.stdout + done.stderr
