# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to draw: boxes in places, and links between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a box stands for."""

    LXC = "LXC asset"
    KUBERNETES = "Kubernetes asset"
    INTEGRATION = "integration"
    DEPENDENCY = "dependency"
    CONNECTOR = "connector"
    SECTION = "section"
    SCOPE = "secret scope"


class Meaning(Enum):
    """What a link says of its two ends."""

    READS = "reads secrets of"
    NEEDS = "needs"
    LEADS_TO = "leads to"


@dataclass(frozen=True, slots=True)
class Box:
    """One thing with a name."""

    id: str
    """Unique in the graph; letters, digits and - only."""
    kind: Kind
    name: str
    details: tuple[str, ...]
    """Role and whereabouts."""
    entries: tuple[str, ...] = ()
    """Services of a host, keys of a scope."""


@dataclass(frozen=True, slots=True)
class Place:
    """Boxes that stand together: on a node, in a cluster, or because they are of one kind."""

    id: str
    name: str
    details: tuple[str, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """From one box to another, both by id."""

    source: str
    target: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Graph:
    """Three columns of places: hosts, what is shared, clusters. Every link has at least one end in the middle."""

    profile: str
    hosts: tuple[Place, ...]
    shared: tuple[Place, ...]
    clusters: tuple[Place, ...]
    links: tuple[Link, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.hosts, *self.shared, *self.clusters)

    @property
    def boxes(self) -> Iterator[Box]:
        return (box for place in self.places for box in place.boxes)
