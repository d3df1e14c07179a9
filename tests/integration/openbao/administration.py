# SPDX-License-Identifier: GPL-3.0-or-later
"""A topology to administer, and the two credentials it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "roles" / "openbao" / "files"
PREFIX = "fractalops-lab"


def topology(server: Server) -> dict[str, Any]:
    """Two hosts, a cluster and a fleet with devices."""
    return {
        "schema_version": 1,
        "profile": "lab",
        "openbao": {
            "address": server.address,
            "mount": "secret",
            "ca_file": str(server.ca),
            "auth": {"method": "approle"},
            "administration": {"prefix": PREFIX},
            "scopes": {
                "runtime": {
                    "path": "runtime",
                    "capabilities": ["read"],
                    "secrets": {"postgres": {"keys": ["password"]}},
                },
                "fleet": {"path": "fleet", "capabilities": ["read"]},
            },
        },
        "networks": {"lab": {"cidr": "10.20.30.0/24", "gateway": "10.20.30.1"}},
        "nodes": {"pve1": {"address": "10.20.30.2"}},
        "runtime_assets": {
            "web-1": host(101, "bao://secret/runtime/postgres#password"),
            "web-2": host(102, "bao://secret/runtime/portal#key"),
            "portal": {
                "role": "portal",
                "binding": {"type": "kubernetes", "cluster": "lab", "namespace": "fractalops", "workload": "portal"},
                "helm": {"chart": "portal", "secrets": {"key": "bao://secret/runtime/portal#key"}},
            },
        },
        "clusters": {"lab": _cluster(server)},
        "fleet": {
            "deploy_config": {"path": "fleet/deploy-config", "schema": "schema.json", "content": {"nats_url": "x"}},
            "deploy_secrets": {"path": "fleet/deploy-secrets", "keys": ["nats_auth_pass"]},
            "environment": {
                "address": server.address,
                "namespace": "root",
                "auth": {"method": "jwt", "path": "jwt", "role": "fleet-deploy", "audience": "openbao"},
            },
            "devices": {"path": "fleet/devices", "auth": {"path": "jwt-devices", "role": "device"}},
        },
    }


def host(container_id: int, ref: str) -> dict[str, Any]:
    """An LXC asset with one service that has one secret."""
    address = f"10.20.30.{container_id - 90}"
    api = {"user": "api", "exec": ["/bin/true"], "hardening": "strict", "credentials": {"secret": ref}}
    binding = {"type": "lxc", "node": "pve1", "container_id": container_id, "network": "lab", "address": address}
    return {"role": "web", "binding": binding, "services": {"api": api}}


def _cluster(server: Server) -> dict[str, Any]:
    store = {"method": "kubernetes", "path": "kubernetes", "role": "external-secrets", "service_account": "eso"}
    return {
        "git": {"url": "https://git.lab.example/fleet.git", "revision": "main", "path": "clusters/lab"},
        "delivery": {
            "type": "argocd",
            "namespace": "argocd",
            "project": "default",
            "destination_server": "https://kubernetes.default.svc",
        },
        "openbao_address": server.address,
        "secret_store": store,
        "charts": {"portal": {"repository": "https://charts.lab.example/", "name": "portal", "version": "1.4.2"}},
    }


def administrators(server: Server) -> dict[str, str]:
    """The two credentials files, with the policies that are shipped."""
    policy, role = ((FILES / f"{name}-administrator.hcl").read_text() for name in ("policy", "role"))
    return {
        "openbao_policy_credentials_file": server.approle("administrator-of-policies", policy),
        "openbao_role_credentials_file": server.approle("administrator-of-roles", role),
    }


def login(server: Server, role: str) -> str:
    """A credentials file of an AppRole role that exists."""
    role_id = server.call("GET", f"auth/approle/role/{role}/role-id")["data"]["role_id"]
    secret_id = server.call("POST", f"auth/approle/role/{role}/secret-id", {})["data"]["secret_id"]
    return server.private(role, f'{{"role_id": "{role_id}", "secret_id": "{secret_id}"}}')
