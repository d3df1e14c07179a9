# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about names and refs that point somewhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...secret_ref import RESERVED_MOUNTS, SCHEME
from ..model.runtime_asset import KubernetesAsset
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from ..words.close_names import close_names
from .assets import external_assets, kubernetes_assets, lxc_assets, services


def lxc_assets_stand_on_known_nodes(topology: Topology) -> Iterator[Violation]:
    """An LXC host names a node of this topology."""
    for asset_id, asset in lxc_assets(topology):
        path = ("runtime_assets", asset_id, "binding", "node")
        yield from known_name("node", asset.binding.node, topology.nodes, path)


def lxc_assets_stand_in_known_networks(topology: Topology) -> Iterator[Violation]:
    """An LXC host names a network of this topology."""
    for asset_id, asset in lxc_assets(topology):
        path = ("runtime_assets", asset_id, "binding", "network")
        yield from known_name("network", asset.binding.network, topology.networks, path)


def kubernetes_assets_run_in_known_clusters(topology: Topology) -> Iterator[Violation]:
    """A Kubernetes asset names a cluster of this topology."""
    for asset_id, asset in kubernetes_assets(topology):
        path = ("runtime_assets", asset_id, "binding", "cluster")
        yield from known_name("cluster", asset.binding.cluster, topology.clusters, path)


def kubernetes_assets_use_known_charts(topology: Topology) -> Iterator[Violation]:
    """A Kubernetes asset names a chart of its cluster's catalogue."""
    for asset_id, asset in kubernetes_assets(topology):
        cluster = topology.clusters.get(asset.binding.cluster)
        if cluster is not None:
            path = ("runtime_assets", asset_id, "helm", "chart")
            yield from known_name("chart", asset.helm.chart, cluster.charts, path)


def postgres_is_a_kubernetes_asset(topology: Topology) -> Iterator[Violation]:
    """The PostgreSQL of type k8s is one of the assets that run in a cluster."""
    postgres = topology.runtime_dependencies.postgres
    if postgres is None:
        return
    path: Path = ("runtime_dependencies", "postgres", "asset")
    asset = topology.runtime_assets.get(postgres.asset)
    if asset is None:
        yield from known_name("asset", postgres.asset, topology.runtime_assets, path)
    elif not isinstance(asset, KubernetesAsset):
        yield Violation(path, f"{postgres.asset!r} does not run in a cluster", "name an asset bound to kubernetes")


def secret_refs_stay_in_the_declared_mount(topology: Topology) -> Iterator[Violation]:
    """Every ref reads from ``openbao.mount``, the only mount the policies of this topology speak of."""
    mount = topology.openbao.mount
    for path, text in secret_refs(topology):
        if text.removeprefix(SCHEME).partition("/")[0] != mount:
            hint = f"write bao://{mount}/…"
            yield Violation(path, f"the ref leaves mount {mount!r}", hint, first=("openbao", "mount"))


def the_declared_mount_holds_secrets(topology: Topology) -> Iterator[Violation]:
    """``openbao.mount`` is not one of the mounts OpenBao keeps for itself."""
    if topology.openbao.mount in RESERVED_MOUNTS:
        yield Violation(("openbao", "mount"), "this mount is reserved by OpenBao", "name a KV version 2 mount")


def secret_refs(topology: Topology) -> Iterator[tuple[Path, str]]:
    """Every secret ref of the topology, with its path."""
    for path, service in services(topology):
        for name, ref in service.credentials.items():
            yield (*path, "credentials", name), ref
    for asset_id, asset in kubernetes_assets(topology):
        for key, ref in asset.helm.secrets.items():
            yield ("runtime_assets", asset_id, "helm", "secrets", key), ref
    for asset_id, integration in external_assets(topology):
        if integration.auth.secret is not None:
            yield ("runtime_assets", asset_id, "auth", "secret"), integration.auth.secret
    if topology.runtime_dependencies.postgres is not None:
        yield ("runtime_dependencies", "postgres", "password"), topology.runtime_dependencies.postgres.password
    yield from _refs_of_sections(topology)


def a_consumer_names_a_secret_once(topology: Topology) -> Iterator[Violation]:
    """A consumer has one name for a secret, so that no name is promoted to another."""
    consumers: list[tuple[Path, dict[str, str]]] = [
        ((*path, "credentials"), service.credentials) for path, service in services(topology)
    ]
    for asset_id, asset in kubernetes_assets(topology):
        consumers.append((("runtime_assets", asset_id, "helm", "secrets"), asset.helm.secrets))
    for path, refs in consumers:
        first: dict[str, str] = {}
        for name, ref in refs.items():
            owner = first.setdefault(ref.partition("@")[0], name)
            if owner != name:
                what = f"this secret is already {owner!r}"
                yield Violation((*path, name), what, "keep one name", first=(*path, owner))


def _refs_of_sections(topology: Topology) -> Iterator[tuple[Path, str]]:
    """Refs that stand in a section of their own."""
    plane, cloudflare, dns = topology.identity_plane, topology.edge.cloudflare, topology.internal_dns
    found: list[tuple[Path, str | None]] = [
        (("edge", "cloudflare", "api_token"), cloudflare.api_token if cloudflare else None),
        (("internal_dns", "token"), dns.token if dns else None),
    ]
    if plane is not None and plane.authorization is not None:
        found.append((("identity_plane", "authorization", "token"), plane.authorization.token))
    if topology.break_glass is not None:
        found.append((("break_glass", "signing_key"), topology.break_glass.signing_key))
    for name, ref in topology.opentofu.sensitive_variables.items():
        found.append((("opentofu", "sensitive_variables", name), ref))
    yield from ((path, ref) for path, ref in found if ref is not None)


def known_name(noun: str, name: str, known: Iterable[str], path: Path) -> Iterator[Violation]:
    """A violation with the closest names when ``name`` is not one of ``known``."""
    if name not in known:
        yield Violation(path, f"{noun} {name!r} does not exist", close_names(name, known))
