# SPDX-License-Identifier: GPL-3.0-or-later
"""What consumers of the one PostgreSQL get; the password is a ref of its own, and no URL holds it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..model.runtime_asset import KubernetesAsset
from ..model.topology import Topology
from ..position import Path
from .finding import Finding

_POSTGRES = ("runtime_dependencies", "postgres")
_DERIVED = (*_POSTGRES, "derived")


def postgres_settings_follow_from_its_asset(topology: Topology) -> Iterator[Finding]:
    """The settings of PostgreSQL follow from the asset it runs as and from the database that is declared."""
    postgres = topology.runtime_dependencies.postgres
    asset = topology.runtime_assets.get(postgres.asset) if postgres else None
    if postgres is None or not isinstance(asset, KubernetesAsset):
        return
    yield Finding((*_DERIVED, "RUNTIME_TYPE"), postgres.runtime_type, (_declared("runtime_type"),))
    yield Finding((*_DERIVED, "USERNAME"), postgres.username, (_declared("username"),))
    yield Finding((*_DERIVED, "NAME"), postgres.database, (_declared("database"),))
    namespace: Path = ("runtime_assets", postgres.asset, "binding", "namespace")
    yield Finding((*_DERIVED, "K8S_NAMESPACE"), asset.binding.namespace, (_declared("asset"), namespace))


def postgres_is_reached_at_its_internal_url(topology: Topology) -> Iterator[Finding]:
    """The Service of PostgreSQL is the first label of its internal URL; its own URL names user and database only."""
    postgres = topology.runtime_dependencies.postgres
    asset = topology.runtime_assets.get(postgres.asset) if postgres else None
    host = urlsplit(asset.endpoints.internal_url or "").hostname if isinstance(asset, KubernetesAsset) else None
    if postgres is None or host is None:
        return
    internal: Path = ("runtime_assets", postgres.asset, "endpoints", "internal_url")
    yield Finding((*_DERIVED, "K8S_SERVICE"), host.partition(".")[0], (_declared("asset"), internal))
    sources = tuple(_declared(key) for key in ("username", "port", "database"))
    url = f"postgresql://{postgres.username}@{host}:{postgres.port}/{postgres.database}"
    yield Finding((*_DERIVED, "URL"), url, (internal, *sources))


def _declared(key: str) -> Path:
    return (*_POSTGRES, key)
