# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology: one typed file that says what runs where."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Identifier, Model
from .cluster import Cluster
from .network import Network, Node
from .openbao import OpenBao
from .postgres import RuntimeDependencies
from .runtime_asset import RuntimeAsset


class Topology(Model):
    """Everything the collection knows; every projection starts here."""

    schema_version: Literal[1]
    profile: Identifier
    openbao: OpenBao
    networks: dict[Identifier, Network] = {}
    nodes: dict[Identifier, Node] = {}
    """LXC parents."""
    runtime_assets: Annotated[dict[Identifier, RuntimeAsset], Field(min_length=1)]
    runtime_dependencies: RuntimeDependencies = RuntimeDependencies()
    clusters: dict[Identifier, Cluster] = {}
