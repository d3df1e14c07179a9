# SPDX-License-Identifier: GPL-3.0-or-later
"""The server after the role ran, was run again, and refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import requests

testinfra_hosts = ["ansible://control_plane"]
FILES = Path("/var/lib/fractalops-lab/files/openbao")
ADDRESS = "https://10.77.0.1:8200/v1"
LAB = Path(__file__).parents[3] / "tests" / "lab" / "lab"


def call(method, path, token, body=None):
    with requests.Session() as session:
        session.trust_env = False
        headers = {"X-Vault-Token": token}
        return session.request(method, f"{ADDRESS}/{path}", json=body, headers=headers, verify=str(FILES / "ca.pem"))


@pytest.fixture
def root():
    return (FILES / "root_token").read_text().strip()


def login(role):
    """A token of an AppRole role that exists; it is gone with the lab."""
    subprocess.run([str(LAB), "openbao", "approle", role], check=True, capture_output=True)
    identity = json.loads((FILES / f"{role}.json").read_text())
    return call("POST", "auth/approle/login", "", identity).json()["auth"]["client_token"]


def test_a_foreign_policy_role_and_secret_survive(root):
    for name in ("theirs", "fractalops-lab-2-controller", "controller"):
        assert call("GET", f"sys/policies/acl/{name}", root).ok
        assert call("GET", f"auth/approle/role/{name}", root).json()["data"]["token_policies"] == [name]
    assert call("GET", "secret/data/integrations/github", login("theirs")).json()["data"]["data"]["token"]


@pytest.mark.parametrize(
    ("role", "reads", "is_denied"),
    [
        ("controller", "data/runtime/postgres", ["data/runtime/portal", "data/integrations/github"]),
        ("status", "subkeys/runtime/portal", ["data/runtime/portal", "data/runtime/postgres"]),
        ("writer", "data/runtime/postgres", ["data/runtime/portal", "data/integrations/github"]),
    ],
)
def test_a_role_reads_exactly_its_refs(role, reads, is_denied):
    token = login(f"fractalops-lab-{role}")
    assert call("GET", f"secret/{reads}", token).status_code == 200
    assert [call("GET", f"secret/{path}", token).status_code for path in is_denied] == [403, 403]


def test_the_mount_keeps_as_many_versions_as_declared(root):
    assert call("GET", "secret/config", root).json()["data"]["max_versions"] == 20


def test_the_cluster_is_bound_to_the_namespace_that_uses_secrets(root):
    role = call("GET", "auth/kubernetes/role/external-secrets", root).json()["data"]
    assert role["bound_service_account_namespaces"] == ["fractalops"]
    assert role["token_policies"] == ["fractalops-lab-cluster-lab"]


def test_the_policy_of_devices_names_the_mount_by_its_accessor(root):
    accessor = call("GET", "sys/auth", root).json()["data"]["jwt-devices/"]["accessor"]
    policy = call("GET", "sys/policies/acl/fractalops-lab-device", root).json()["data"]["policy"]
    assert f'"secret/data/fleet/devices/{{{{identity.entity.aliases.{accessor}.name}}}}"' in policy
