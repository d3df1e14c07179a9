# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the portal."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .repeated import repeated_items

_PORTAL: Path = ("service_profiles", "portal")
_BINDINGS = {"k8s": "kubernetes", "lxc": "lxc", "ct": "lxc"}


def legacy_runtimes_need_legacy(topology: Topology) -> Iterator[Violation]:
    """The portal runs outside Kubernetes only where it says so."""
    portal = topology.service_profiles.portal
    if portal is None:
        return
    if portal.runtime_type != "k8s" and portal.legacy is None:
        hint = "use k8s, or add legacy: true"
        yield Violation((*_PORTAL, "runtime_type"), f"runtime type {portal.runtime_type!r} is legacy", hint)
    if portal.runtime_type == "k8s" and portal.legacy is not None:
        yield Violation((*_PORTAL, "legacy"), "runtime type 'k8s' is not legacy", "remove it")


def the_portal_runs_where_its_profile_says(topology: Topology) -> Iterator[Violation]:
    """The runtime type of the portal is the one of its asset."""
    portal = topology.service_profiles.portal
    asset = topology.runtime_assets.get(portal.asset) if portal else None
    if portal is None or asset is None:
        return
    if asset.binding.type != _BINDINGS[portal.runtime_type]:
        what = f"{portal.asset!r} is bound to {asset.binding.type}"
        hint = f"name an asset bound to {_BINDINGS[portal.runtime_type]}"
        yield Violation((*_PORTAL, "asset"), what, hint, first=("runtime_assets", portal.asset, "binding", "type"))


def the_portal_has_a_public_url(topology: Topology) -> Iterator[Violation]:
    """People reach the portal at the public URL of its asset."""
    portal = topology.service_profiles.portal
    asset = topology.runtime_assets.get(portal.asset) if portal else None
    if portal is not None and asset is not None and asset.endpoints.public_url is None:
        path = ("runtime_assets", portal.asset, "endpoints", "public_url")
        yield Violation(path, "the portal has no public URL", "add it: people and logins need it")


def return_hosts_are_listed_once(topology: Topology) -> Iterator[Violation]:
    """A return host is listed once; the portal's own is added without being listed."""
    portal = topology.service_profiles.portal
    if portal is None:
        return
    path = (*_PORTAL, "allowed_return_hosts")
    yield from repeated_items(path, portal.allowed_return_hosts)
    own = portal_host(topology)
    for number, host in enumerate(portal.allowed_return_hosts):
        if host == own:
            first = ("runtime_assets", portal.asset, "endpoints", "public_url")
            yield Violation((*path, number), "the portal's own host is always allowed", "remove it", first=first)


def portal_host(topology: Topology) -> str | None:
    """Host of the portal's public URL, if there is a portal that has one."""
    portal = topology.service_profiles.portal
    asset = topology.runtime_assets.get(portal.asset) if portal else None
    return urlsplit(asset.endpoints.public_url or "").hostname if asset else None
