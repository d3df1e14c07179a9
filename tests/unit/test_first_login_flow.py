# SPDX-License-Identifier: GPL-3.0-or-later
"""Without the first-login flow of its broker nothing is made of a topology: there is no default for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.identity import Broker
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.topology.base import VALID

CLUSTER = (ROOT / "tests/golden/kubernetes/one_cluster/topology.yml").read_text(encoding="utf-8")
PLANE = """\
identity_plane:
  session_trust: {enabled: false}
  issuer: "https://id.example/realms/lab"
  idp:
    type: keycloak
    realm: lab
    admin_url: "https://id-admin.example"
    public_url: "https://id.example"
    base_url: "http://keycloak.identity.svc:8080"
  broker: {alias: github, first_login_flow: first broker login}
"""
PLAY = """\
- hosts: control_plane
  gather_facts: false
  connection: ansible.builtin.local
  tasks:
    - fractalops.infra.kubernetes_tree: {topology: FOLDER/broker.yml, cluster: lab, tree: FOLDER/tree}
"""


def emitted(folder: Path, plane: str) -> tuple[str, list[Path]]:
    """What the play that writes a tree says, and the files in the tree afterwards."""
    (folder / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (folder / "topology.yml").write_text(VALID)
    (folder / "broker.yml").write_text(CLUSTER + plane)
    (folder / "play.yml").write_text(PLAY.replace("FOLDER", str(folder)))
    (folder / "tree/.git").mkdir(parents=True)
    (folder / "tree/.git/HEAD").write_text("ref: refs/heads/main\n")
    done = ansible("playbook", folder, "play.yml")
    return " ".join((done.stdout + done.stderr).split()), sorted((folder / "tree/clusters").rglob("*.yaml"))


def test_a_tree_is_written_with_it_and_none_without_it(tmp_path: Path) -> None:
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
    output, files = emitted(tmp_path / "with", PLANE)
    assert files, output
    output, files = emitted(tmp_path / "without", PLANE.replace(", first_login_flow: first broker login", ""))
    assert "identity_plane.broker.first_login_flow: is missing; add it" in output
    assert files == []


def test_an_inventory_without_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    for plane, status in ((PLANE, 0), (PLANE.replace(", first_login_flow: first broker login", ""), 1)):
        (tmp_path / "topology.yml").write_text(VALID + plane)
        done = ansible("inventory", tmp_path, "--list")
        assert bool(done.returncode) == bool(status), done.stderr
    assert "identity_plane.broker.first_login_flow: is missing; add it" in " ".join(done.stderr.split())


@pytest.mark.parametrize("key", Broker.model_fields)
def test_nothing_of_a_broker_has_a_default(key: str) -> None:
    assert Broker.model_fields[key].is_required()
