# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster would reject or misuse, beyond the rules of the topology: found before a document exists."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import InfraError
from ..secret_ref import SCHEME
from ..topology.model.topology import Topology
from .application import applications_name
from .document import Json
from .release import Release

#: Namespaces of the cluster and of its bootstrap.
RESERVED_NAMESPACES = frozenset({"default", "flux-system"})
#: Helm refuses longer release names (pkg/chart/v2/util/validate_name.go), because charts append to them.
_RELEASE_NAME_LENGTH = 53


class RefusedReleaseError(InfraError):
    """Releases that must not be projected; carries every reason, one per line."""


def require_projectable(topology: Topology, cluster_id: str, found: tuple[Release, ...]) -> None:
    """Raises RefusedReleaseError with every reason not to project ``found``."""
    reasons = [
        *namespaces_are_usable(topology.clusters[cluster_id].argocd.namespace, found),
        *release_names_are_usable(found),
        *application_names_are_unique({cluster_id, applications_name(cluster_id)}, found),
        *values_hold_no_refs(found),
    ]
    if reasons:
        raise RefusedReleaseError("\n".join(f"runtime_assets.{reason}" for reason in reasons))


def namespaces_are_usable(argocd: str, found: tuple[Release, ...]) -> Iterator[str]:
    """A namespace belongs neither to Kubernetes nor to what drives the cluster."""
    for release in found:
        if release.namespace.startswith("kube-") or release.namespace in RESERVED_NAMESPACES | {argocd}:
            where = f"{release.asset_id}.binding.namespace"
            yield f"{where}: {release.namespace!r} is reserved; give the asset a namespace of its own"


def release_names_are_usable(found: tuple[Release, ...]) -> Iterator[str]:
    """A release name is short enough for Helm."""
    for release in found:
        if len(release.name) > _RELEASE_NAME_LENGTH:
            where = f"{release.asset_id}.binding.workload"
            yield f"{where}: longer than the {_RELEASE_NAME_LENGTH} characters of a Helm release name; shorten it"


def application_names_are_unique(taken: set[str], found: tuple[Release, ...]) -> Iterator[str]:
    """The Application of an asset has the asset's id, beside the cluster's own two."""
    for release in found:
        if release.asset_id in taken:
            yield f"{release.asset_id}: the cluster's own Application has this name; choose another id"


def values_hold_no_refs(found: tuple[Release, ...]) -> Iterator[str]:
    """A chart takes a ref among its values for a password."""
    for release in found:
        for path in _refs(release.asset.helm.values, f"{release.asset_id}.helm.values"):
            yield f"{path}: a ref is only text to a chart; name it under helm.secrets and give the chart the Secret"


def _refs(value: Json, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if SCHEME in value:
            yield path
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _refs(value[key], f"{path}.{key}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _refs(item, f"{path}.{position}")
