# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that is made from a shipped topology shows a secret; the scanner itself is tested beside the trees."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import document_text, host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.inventory import project_inventory
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.yaml_writer import yaml_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.tests.check.payloads import findings
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

#: Every projection that is written somewhere. Who adds one adds it here.
EMITTERS = ("host documents", "host variables", "Kubernetes documents", "OpenBao documents")


def emitted(topology: Topology) -> Iterator[tuple[str, str]]:
    """Emitter and text of everything that is made from ``topology``."""
    for host in project_inventory(topology, "/srv/topology.yml", "/usr/bin/python3").hosts:
        yield "host variables", json.dumps(host.variables)
        if host.asset is not None:
            yield "host documents", document_text(host_document(host.name, host.asset))
    for cluster in topology.clusters:
        for document in kubernetes_documents(topology, cluster):
            yield "Kubernetes documents", yaml_text(document.content, "")
    yield "OpenBao documents", str(openbao_documents(topology))


@pytest.mark.parametrize("profile", ["lxc-prod", "lxc-pve-lab"])
def test_no_emitter_shows_a_secret(profile: str) -> None:
    texts = list(emitted(load_topology(ROOT / "inventories" / profile / "topology.yml").topology))
    assert {emitter for emitter, _text in texts} == set(EMITTERS)
    assert [(emitter, list(findings(text))) for emitter, text in texts if list(findings(text))] == []
