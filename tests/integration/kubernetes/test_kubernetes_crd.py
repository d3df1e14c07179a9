# SPDX-License-Identifier: GPL-3.0-or-later
"""The emitted manifests against the schemas of the upstream CRDs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
#: Where node_modules is.
PACKAGES = ROOT / ".cache" / "node"
KINDS = {"Application", "ExternalSecret", "SecretStore"}
SHIPPED = sorted((ROOT / "inventories").glob("*/topology.yml"))


def emitted(name: str) -> list[dict[str, Any]]:
    """Custom resources of every overlay of a golden case."""
    files = sorted((ROOT / "tests" / "golden" / "kubernetes" / name / "expected").rglob("*.yaml"))
    contents = [yaml.safe_load(path.read_text()) for path in files]
    return [content for content in contents if content.get("kind") in KINDS]


def problems(manifests: list[dict[str, Any]]) -> list[str]:
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", (HERE / "crd.mjs").read_text()],
        cwd=PACKAGES,
        input=json.dumps(manifests),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("case", ("one_cluster", "two_clusters"))
def test_every_custom_resource_passes_the_schema_of_its_crd(case):
    manifests = emitted(case)
    assert {manifest["kind"] for manifest in manifests} == KINDS
    assert problems(manifests) == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_every_custom_resource_of_a_shipped_profile_passes_the_schema_of_its_crd(file):
    topology = load_topology(file).topology
    documents = [one.content for cluster in topology.clusters for one in kubernetes_documents(topology, cluster)]
    manifests = [content for content in documents if content.get("kind") in KINDS]
    assert len(manifests) > 20
    assert problems(manifests) == []


@pytest.mark.parametrize(
    ("kind", "spoil", "says"),
    (
        ("ExternalSecret", lambda spec: spec["data"][0]["remoteRef"].update(version=3), "version must be string"),
        ("ExternalSecret", lambda spec: spec["data"][0].update(value="x"), "spec/data/0/value is unknown"),
        ("SecretStore", lambda spec: spec["provider"]["vault"].update(version="v3"), "version"),
        ("Application", lambda spec: spec.pop("project"), "project"),
        ("Application", lambda spec: spec["syncPolicy"].update(prune=False), "spec/syncPolicy/prune is unknown"),
    ),
)
def test_the_schemas_do_find_mistakes(kind, spoil, says):
    manifest = next(manifest for manifest in emitted("one_cluster") if manifest["kind"] == kind)
    spoil(manifest["spec"])
    assert any(says in problem for problem in problems([manifest]))
