# SPDX-License-Identifier: GPL-3.0-or-later
"""A topology with one cluster, to vary."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology

DATA: dict[str, Any] = {
    "schema_version": 1,
    "profile": "lxc-pve-lab",
    "openbao": {"address": "https://bao.example:8200", "mount": "secret", "auth": {"method": "approle"}},
    "runtime_assets": {
        "portal": {
            "role": "portal",
            "binding": {"type": "kubernetes", "cluster": "lab", "namespace": "fractalops", "workload": "portal"},
            "helm": {
                "chart": "app",
                "values": {"replicas": 2},
                "secrets": {"session-key": "bao://secret/runtime/portal#session-key@4"},
            },
        },
        "api": {
            "role": "api",
            "binding": {"type": "kubernetes", "cluster": "lab", "namespace": "fractalops", "workload": "api"},
            "helm": {"chart": "app"},
        },
    },
    "clusters": {
        "lab": {
            "git": {"url": "https://git.example/fleet.git", "revision": "main", "path": "clusters/lab"},
            "delivery": {
                "type": "argocd",
                "namespace": "argocd",
                "project": "default",
                "destination_server": "https://10.0.0.1:6443",
            },
            "openbao_address": "https://bao.example:8200",
            "secret_store": {"method": "kubernetes", "path": "kubernetes", "role": "eso", "service_account": "eso"},
            "charts": {"app": {"repository": "oci://charts.example/stable/", "name": "app", "version": "1.2.3"}},
        }
    },
}


@pytest.fixture(name="data")
def _data() -> dict[str, Any]:
    return copy.deepcopy(DATA)


@pytest.fixture(name="topology")
def _topology() -> Topology:
    return Topology.model_validate(DATA)
