# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples of the fields that people look up most, by model and key; editors offer them."""

from __future__ import annotations

from typing import Any, Final

EXAMPLES: Final[dict[tuple[str, str], tuple[Any, ...]]] = {
    ("Topology", "profile"): ("lxc-prod", "lxc-pve-lab"),
    ("OpenBao", "address"): ("https://bao.lab.example:8200",),
    ("OpenBao", "mount"): ("secret",),
    ("OpenBao", "auth"): ({"method": "approle"}, {"method": "token_file"}),
    ("Network", "cidr"): ("10.20.30.0/24",),
    ("Network", "gateway"): ("10.20.30.1",),
    ("Node", "address"): ("10.20.30.2",),
    ("LxcAsset", "role"): ("api", "worker"),
    ("LxcAsset", "binding"): (
        {"type": "lxc", "node": "pve1", "container_id": 201, "network": "lab", "address": "10.20.30.11"},
    ),
    ("KubernetesAsset", "binding"): (
        {"type": "kubernetes", "cluster": "lab", "namespace": "fractalops", "workload": "portal"},
    ),
    ("ExternalAsset", "binding"): ({"type": "external"},),
    ("ExternalAsset", "auth"): ({"method": "none"}, {"method": "bearer", "secret": "bao://secret/github#token"}),
    ("Endpoints", "public_url"): ("https://portal.lab.example",),
    ("Endpoints", "executor_url"): ("https://portal-executor.lab.example",),
    ("Endpoints", "internal_url"): ("http://portal.fractalops.svc:8080", "http://10.20.30.11:8080"),
    ("Endpoints", "local_url"): ("http://127.0.0.1:8080",),
    ("Helm", "secrets"): ({"password": "bao://secret/runtime/postgres#password"},),
    ("Service", "user"): ("fractalops-api",),
    ("Service", "release"): ({"app": "fractalops", "id": "2026.11.20-1"},),
    ("Topology", "releases"): ({"fractalops": {"2026.11.20-1": {"type": "folder", "path": "/srv/build/fractalops"}}},),
    ("Service", "exec"): (["/opt/fractalops/releases/{release_id}/bin/api", "--config", "{config}"],),
    ("Service", "config"): ({"format": "json", "schema": "schemas/api.schema.json", "content": {"log_level": "info"}},),
    ("Service", "credentials"): ({"api-key": "bao://secret/runtime/worker#api-key@3"},),
    ("Service", "directories"): ({"/var/lib/fractalops-api": {"mode": "0750"}},),
    ("Service", "ports"): ({"http": 8080},),
    ("Service", "health"): ({"http": "http://127.0.0.1:8080/healthz", "within_seconds": 20},),
    ("Service", "after"): (["network-online.target"],),
    ("Git", "url"): ("ssh://git@git.lab.example/platform/clusters.git",),
    ("Chart", "repository"): ("oci://registry.lab.example/charts", "https://go.temporal.io/helm-charts"),
    ("Chart", "version"): ("1.8.0",),
    ("Postgres", "password"): ("bao://secret/runtime/postgres#password",),
}
