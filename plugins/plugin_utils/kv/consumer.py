# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reads a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from ..secret_ref import SecretRef
from ..topology.model.runtime_asset import KubernetesAsset, LxcAsset
from ..topology.model.topology import Topology
from ..topology.position import Path
from ..topology.rules.references import secret_refs
from ..topology.violation import dotted

Kind = Literal["host", "cluster", "control_plane", "fleet"]


class ConsumerRow(TypedDict):
    """A consumer as plain data."""

    kind: Kind
    name: str
    unit: str
    ref: str


@dataclass(frozen=True, order=True, slots=True)
class Consumer:
    """One use of one ref.

    ``name`` is the host or cluster, or the kind again where there is but one; ``unit`` is what reads it there:
    a systemd unit, ``namespace/workload``, or the path in the topology.
    """

    kind: Kind
    name: str
    unit: str
    ref: SecretRef

    def row(self) -> ConsumerRow:
        return ConsumerRow(kind=self.kind, name=self.name, unit=self.unit, ref=str(self.ref))


def consumers(topology: Topology) -> tuple[Consumer, ...]:
    """Every use of every ref, sorted; the fleet reads each key of its secrets document."""
    found = [_consumer(topology, path, SecretRef.parse(ref)) for path, ref in secret_refs(topology)]
    if topology.fleet is not None:
        secrets, mount = topology.fleet.deploy_secrets, topology.openbao.mount
        where = "fleet.deploy_secrets"
        found += [Consumer("fleet", "fleet", where, SecretRef(mount, secrets.path, key)) for key in secrets.keys]
    return tuple(sorted(found, key=lambda one: (one.kind, one.name, one.unit, str(one.ref))))


def _consumer(topology: Topology, path: Path, ref: SecretRef) -> Consumer:
    asset = topology.runtime_assets[str(path[1])] if path[0] == "runtime_assets" else None
    if isinstance(asset, LxcAsset):
        return Consumer("host", str(path[1]), f"{path[3]}.service", ref)
    if isinstance(asset, KubernetesAsset):
        binding = asset.binding
        return Consumer("cluster", binding.cluster, f"{binding.namespace}/{binding.workload}", ref)
    return Consumer("control_plane", "control_plane", dotted(path), ref)
