# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about URLs: who they are for, and that each is written once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..facts.loopback import is_loopback
from ..model.runtime_asset import KubernetesAsset
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .assets import external_assets, services
from .free_data import texts_with

#: The name of a Kubernetes Service, alone or inside a longer text.
_CLUSTER_NAME = re.compile(r"(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.svc(?:\.cluster\.local)?(?![\w-]|\.[a-z])")


def local_urls_stay_on_their_machine(topology: Topology) -> Iterator[Violation]:
    """A local URL reaches the machine that asks, and no other."""
    for layer, path, url in layered_urls(topology):
        if layer == "local" and not is_loopback(url):
            yield Violation(path, "a local URL leaves the machine", "use 127.0.0.1, or another kind of URL")


def urls_for_others_leave_the_machine(topology: Topology) -> Iterator[Violation]:
    """A public, executor or internal URL is not the one of the machine that asks."""
    for layer, path, url in layered_urls(topology):
        if layer != "local" and is_loopback(url):
            what = f"this reaches only the machine that asks, and {layer} URLs are for others"
            yield Violation(path, what, "write the name others use, or make it a local URL")


def public_urls_are_encrypted(topology: Topology) -> Iterator[Violation]:
    """What people reach through the edge, they reach over https."""
    for layer, path, url in layered_urls(topology):
        if layer == "public" and not url.startswith("https://"):
            yield Violation(path, "people would be served in plain text", "use https")


def cluster_names_stay_inside_their_cluster(topology: Topology) -> Iterator[Violation]:
    """Only an internal URL of something in a cluster names a Kubernetes Service; nobody outside can resolve it."""
    for layer, path, url in layered_urls(topology):
        is_inside = layer == "internal" and (path[0] == "runtime_ssot" or _runs_in_cluster(topology, path))
        if not is_inside and cluster_name(url):
            yield Violation(path, "names of a cluster do not resolve outside it", "write a name that others resolve")
    for path, url in _urls_for_machines(topology):
        if cluster_name(url):
            yield Violation(path, "names of a cluster do not resolve outside it", "write a name that others resolve")


def hosts_are_told_no_cluster_names(topology: Topology) -> Iterator[Violation]:
    """Config and command of a service on a host use executor URLs, never the Kubernetes Service behind them."""
    owners = _owners_by_cluster_name(topology)
    for path, service in services(topology):
        found: list[tuple[Path, str]] = [((*path, "exec", number), word) for number, word in enumerate(service.exec)]
        if service.config is not None:
            found += texts_with(".svc", (*path, "config", "content"), service.config.content)
        for place, text in found:
            name = cluster_name(text)
            if name:
                owner = owners.get(name)
                hint = f"write the executor_url of {owner!r}" if owner else "write the executor URL behind it"
                yield Violation(place, "names of a cluster do not resolve on a host", hint)


def declared_urls_are_written_once(topology: Topology) -> Iterator[Violation]:
    """A URL that an asset or a layer declares stands nowhere else in the topology: others name the asset.

    Loopback URLs are left out: the same text is another place on every machine.
    """
    first: dict[str, Path] = {}
    for _layer, path, url in layered_urls(topology):
        if is_loopback(url):
            continue
        known = first.setdefault(url.rstrip("/"), path)
        if known[:2] != path[:2]:
            yield Violation(path, "this URL is already declared", "keep one of them", first=known)
    for path, url in _urls_of_sections(topology):
        known = first.get(url.rstrip("/"), path)
        if known != path:
            yield Violation(path, "this URL is already declared", "keep one of them", first=known)


def layered_urls(topology: Topology) -> Iterator[tuple[str, Path, str]]:
    """Layer, path and URL of everything declared: endpoints of assets, and the layers of runtime_ssot."""
    return iter(topology.layered_urls)


def cluster_name(text: str) -> str | None:
    """The name of a Kubernetes Service in ``text``, without the domain of the cluster, or None."""
    found = _CLUSTER_NAME.search(text) if ".svc" in text else None
    return found[0].removesuffix(".cluster.local") if found else None


def _runs_in_cluster(topology: Topology, path: Path) -> bool:
    return isinstance(topology.runtime_assets.get(str(path[1])), KubernetesAsset)


def _owners_by_cluster_name(topology: Topology) -> dict[str, str]:
    owners: dict[str, str] = {}
    for asset_id, asset in topology.runtime_assets.items():
        url = asset.endpoints.internal_url or ""
        name = cluster_name(urlsplit(url).hostname or "") if ".svc" in url else None
        if name and asset.endpoints.executor_url:
            owners.setdefault(name, asset_id)
    return owners


def _urls_for_machines(topology: Topology) -> Iterator[tuple[Path, str]]:
    """URLs outside the layers that are used from outside every cluster."""
    for path, url in _urls_of_sections(topology):
        is_behind_the_edge = path in {("edge", "cloudflare", "edge_origin_url"), ("identity_plane", "idp", "base_url")}
        if not is_behind_the_edge:
            yield path, url
    for asset_id, asset in external_assets(topology):
        if asset.health is not None:
            yield ("runtime_assets", asset_id, "health", "http"), asset.health.http


def _urls_of_sections(topology: Topology) -> Iterator[tuple[Path, str]]:
    """Every URL that a section declares for itself, with its path."""
    identity, cloudflare = topology.identity_plane, topology.edge.cloudflare
    groups: list[tuple[Path, object, tuple[str, ...]]] = [
        (("edge", "cloudflare"), cloudflare, ("edge_origin_url",)),
        (("internal_dns",), topology.internal_dns, ("api_url",)),
    ]
    if identity is not None:
        session = ("public_url", "authenticate_url", "jwks_url")
        groups.append((("identity_plane", "session_trust"), identity.session_trust, session))
        groups.append((("identity_plane", "idp"), identity.idp, ("admin_url", "public_url", "base_url")))
    for number, connector in enumerate(topology.connector_inventory):
        groups.append((("connector_inventory", number), connector, ("url", "scim_base_url")))
    for path, section, keys in groups:
        for key in keys:
            url = getattr(section, key, None)
            if url is not None:
                yield (*path, key), url
