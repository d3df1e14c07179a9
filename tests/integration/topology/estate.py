# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid topologies of any size: half of the assets on two nodes, half in a cluster, all reading secrets."""

from __future__ import annotations

import json
from typing import Any

LONGEST = "a" + "b-c" * 20 + "dd"


def estate(assets: int) -> str:
    """A topology as JSON, which is YAML too; one of its hosts has the longest name there can be."""
    hosts = [LONGEST, *(f"worker-{number}" for number in range(1, assets // 2))]
    found: dict[str, Any] = {name: _host(number) for number, name in enumerate(hosts)}
    found |= {f"service-{number}": _release(number) for number in range(assets - len(hosts))}
    return json.dumps({
        "schema_version": 1,
        "profile": f"estate-{assets}",
        "openbao": {"address": "https://bao.example:8200", "mount": "secret", "auth": {"method": "approle"}},
        "networks": {"lab": {"cidr": "10.20.0.0/16", "gateway": "10.20.0.1"}},
        "nodes": {"pve1": {"address": "10.20.0.2"}, "pve2": {"address": "10.20.0.3"}},
        "runtime_assets": found,
        "clusters": {"lab": _cluster()},
    }, indent=1)  # fmt: skip


def _host(number: int) -> dict[str, Any]:
    address = f"10.20.{1 + number // 200}.{10 + number % 200}"
    node = f"pve{1 + number % 2}"
    binding = {"type": "lxc", "node": node, "container_id": 100 + number, "network": "lab", "address": address}
    services = {f"fractalops-job-{job}": _service(number, job) for job in range(number % 4)}
    return {"role": "worker", "binding": binding, "services": services}


def _service(number: int, job: int) -> dict[str, Any]:
    credentials = {"key": f"bao://secret/runtime/pool-{number % 17}#key"}
    return {"user": f"job-{job}", "exec": ["/usr/bin/job"], "credentials": credentials, "hardening": "strict"}


def _release(number: int) -> dict[str, Any]:
    name = f"service-{number}"
    binding = {"type": "kubernetes", "cluster": "lab", "namespace": f"team-{number % 9}", "workload": name}
    secrets = {"key": f"bao://secret/runtime/pool-{number % 23}#key"}
    return {"role": "service", "binding": binding, "helm": {"chart": "app", "secrets": secrets}}


def _cluster() -> dict[str, Any]:
    return {
        "git": {"url": "ssh://git@git.example/platform/clusters.git", "revision": "main", "path": "clusters/lab"},
        "delivery": {"type": "argocd", "namespace": "argocd", "project": "lab", "destination_server": "https://kubernetes.default.svc"},
        "openbao_address": "https://bao.example:8200",
        "secret_store": {
            "method": "kubernetes", "path": "kubernetes", "role": "eso", "service_account": "external-secrets",
        },
        "charts": {"app": {"repository": "oci://registry.example/charts", "name": "app", "version": "1.0.0"}},
    }  # fmt: skip
