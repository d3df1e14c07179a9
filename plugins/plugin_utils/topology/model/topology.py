# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology: one typed file that says what runs where."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from ..position import Path
from .base import Identifier, Model
from .break_glass import BreakGlass
from .cluster import Cluster
from .connector import Connector
from .edge import Edge
from .fleet import Fleet
from .health import CommandHealth
from .identity import IdentityPlane
from .internal_dns import InternalDns
from .network import Network, Node
from .openbao import OpenBao
from .opentofu import OpenTofu
from .principal import PrincipalDefaults
from .release_source import ReleaseSource
from .runtime_asset import LxcAsset, RuntimeAsset
from .runtime_dependencies import RuntimeDependencies
from .runtime_ssot import RuntimeSsot
from .service import ReleaseId, Service
from .service_profile import ServiceProfiles


class Topology(Model):
    """Everything the collection knows; every projection starts here."""

    plugin: Literal["fractalops.infra.topology"] | None = None
    """Makes the file an inventory of Ansible, which looks for it near the start; without, an inventory.yml names it."""
    schema_version: Literal[1]
    """Version of this schema."""
    profile: Identifier
    """Name of the environment."""
    openbao: OpenBao
    """The secret authority."""
    runtime_ssot: RuntimeSsot = Field(default_factory=RuntimeSsot.model_construct)
    """URLs that belong to no single asset, in layers."""
    principal_defaults: PrincipalDefaults | None = None
    """Who acts when nobody is named."""
    networks: dict[Identifier, Network] = {}
    """Address ranges of LXC hosts, by name."""
    nodes: dict[Identifier, Node] = {}
    """LXC parents."""
    runtime_assets: Annotated[dict[Identifier, RuntimeAsset], Field(min_length=1)]
    """Everything that runs or is used, by id."""
    releases: dict[Identifier, dict[ReleaseId, ReleaseSource]] = {}
    """Sources of releases, by application and id; an application that is not here is delivered by somebody else."""
    service_profiles: ServiceProfiles = Field(default_factory=ServiceProfiles.model_construct)
    """How products that have a contract of their own are run."""
    runtime_dependencies: RuntimeDependencies = Field(default_factory=RuntimeDependencies.model_construct)
    """Shared services that assets need."""
    identity_plane: IdentityPlane | None = None
    """Issuer, identity provider, sessions and authorization."""
    edge: Edge = Field(default_factory=Edge.model_construct)
    """What stands between the internet and public URLs."""
    internal_dns: InternalDns | None = None
    """The zone for names inside the networks."""
    connector_inventory: Annotated[list[Connector], Field(max_length=1024)] = []
    """Connections to other systems, each with its domain class."""
    opentofu: OpenTofu = Field(default_factory=OpenTofu.model_construct)
    """Variables of OpenTofu configurations."""
    fleet: Fleet | None = None
    """Documents and environment of the fleet platform."""
    break_glass: BreakGlass | None = None
    """Sealed bundles of secrets for the time without OpenBao; none are made or used when absent."""
    clusters: dict[Identifier, Cluster] = {}
    """Kubernetes clusters, by name."""

    @cached_property
    def lxc_assets(self) -> tuple[tuple[str, LxcAsset], ...]:
        """Every asset that is a host, by id. Kept, as all of this: twenty rules walk over each."""
        return tuple((name, asset) for name, asset in self.runtime_assets.items() if isinstance(asset, LxcAsset))

    @cached_property
    def services(self) -> tuple[tuple[Path, Service], ...]:
        """Every service of every host, with its path."""
        return tuple(
            (("runtime_assets", asset_id, "services", name), service)
            for asset_id, asset in self.lxc_assets
            for name, service in asset.services.items()
        )

    @cached_property
    def detailed_services(self) -> tuple[tuple[Path, Service], ...]:
        """Those services that say more than the usual, with their paths."""
        return tuple((path, service) for path, service in self.services if service.is_detailed)

    @cached_property
    def commands(self) -> tuple[tuple[Path, list[str], Service], ...]:
        """Every command with its path and its service: those that services are, and those around them."""
        usual = (((*path, "exec"), service.exec, service) for path, service in self.services)
        others = (
            (found, command, service)
            for path, service in self.detailed_services
            for found, command in service.other_commands(path)
        )
        asked = (
            ((*path, "health", "exec"), service.health.exec, service)
            for path, service in self.services
            if isinstance(service.health, CommandHealth)
        )
        return (*usual, *others, *asked)

    @cached_property
    def layered_urls(self) -> tuple[tuple[str, Path, str], ...]:
        """Layer, path and URL of everything declared: endpoints of assets, and the layers of runtime_ssot."""
        of_assets = (
            (key.removesuffix("_url"), ("runtime_assets", asset_id, "endpoints", key), url)
            for asset_id, asset in self.runtime_assets.items()
            for key, url in vars(asset.endpoints).items()
            if url is not None
        )
        of_layers = (
            (layer, ("runtime_ssot", layer, name), url)
            for layer, urls in vars(self.runtime_ssot).items()
            for name, url in urls.items()
        )
        return (*of_assets, *of_layers)
