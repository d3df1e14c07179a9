# SPDX-License-Identifier: GPL-3.0-or-later
"""What a topology says, as plain data for a play: names, descriptors, refs and derived values."""

from __future__ import annotations

from typing import Any, TypedDict

from .derivation.derive import derive
from .descriptor import RuntimeAssetDescriptor, asset_descriptor
from .model.topology import Topology
from .rules.assets import lxc_assets
from .rules.references import secret_refs
from .violation import dotted


class RefUse(TypedDict):
    """A secret ref and where the topology uses it."""

    path: str
    ref: str


class DerivedValue(TypedDict):
    """A value nobody wrote, the rule it follows from, and the paths it is made from."""

    path: str
    value: Any
    rule: str
    sources: list[str]


class Overview(TypedDict):
    """Sorted, refs never values."""

    profile: str
    assets: list[RuntimeAssetDescriptor]
    hosts: list[str]
    clusters: list[str]
    refs: list[RefUse]
    derived: list[DerivedValue]


def topology_overview(topology: Topology) -> Overview:
    """Everything a play may want to know before it does anything."""
    return Overview(
        profile=topology.profile,
        assets=[asset_descriptor(topology, name) for name in sorted(topology.runtime_assets)],
        hosts=sorted(name for name, _asset in lxc_assets(topology)),
        clusters=sorted(topology.clusters),
        refs=sorted((RefUse(path=dotted(path), ref=ref) for path, ref in secret_refs(topology)), key=_path),
        derived=[
            DerivedValue(
                path=dotted(one.path), value=one.value, rule=one.rule, sources=[dotted(path) for path in one.sources]
            )
            for one in derive(topology)
        ],
    )


def _path(use: RefUse) -> str:
    return use["path"]
