# SPDX-License-Identifier: GPL-3.0-or-later
"""The SecretStore of a namespace: External Secrets reads OpenBao as a service account of that namespace only.

Source: https://external-secrets.io/latest/provider/hashicorp-vault/ (OpenBao speaks the same protocol).
"""

from __future__ import annotations

from ..topology.model.topology import Topology
from .document import Manifest, metadata

NAME = "openbao"


def secret_store(topology: Topology, cluster_id: str, namespace: str) -> Manifest:
    """The store of ``namespace``. It is no ClusterSecretStore, so no other namespace can refer to it."""
    cluster = topology.clusters[cluster_id]
    auth = {
        "mountPath": cluster.secret_store.path,
        "role": cluster.secret_store.role,
        "serviceAccountRef": {"name": cluster.secret_store.service_account},
    }
    vault = {
        "server": cluster.openbao_address,
        "path": topology.openbao.mount,
        "version": "v2",
        "auth": {"kubernetes": auth},
    }
    if topology.openbao.namespace is not None:
        vault["namespace"] = topology.openbao.namespace
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "SecretStore",
        "metadata": metadata(NAME, namespace),
        "spec": {"provider": {"vault": vault}},
    }
