# SPDX-License-Identifier: GPL-3.0-or-later
"""Runtime assets: what product-level controls name. Where one runs stands only under its binding."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from .base import Day, HttpUrl, Identifier, Json, Line, Model
from .endpoints import Endpoints
from .host_units import HostUnits
from .kind import text
from .network import Ipv4Address
from .secret_ref import SecretRefText
from .service import Service
from .unit import DirectiveName

SecretKey = Annotated[
    str,
    text(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$",
        "a key of a Kubernetes Secret",
        "start with a letter or digit, go on with letters, digits, . _ and -, at most 253 characters",
    ),
]


class LxcBinding(Model):
    """The asset is one LXC container."""

    type: Literal["lxc"]
    """Kind of place: an LXC container."""
    node: Identifier
    """LXC parent, by its name under ``nodes``."""
    container_id: Annotated[int, Field(ge=100, le=999_999_999)]
    """Number of the container on its node."""
    container_name: Identifier | None = None
    """Name of the container, on a node with plain LXC; its number when it is not given."""
    network: Identifier
    """Network of the address, by its name under ``networks``."""
    address: Ipv4Address
    """IPv4 address of the container, inside its network."""


class KubernetesBinding(Model):
    """The asset is one Helm release in a cluster."""

    type: Literal["kubernetes"]
    """Kind of place: a Kubernetes cluster."""
    cluster: Identifier
    """Cluster, by its name under ``clusters``."""
    namespace: Identifier
    """Kubernetes namespace, never one of the cluster itself."""
    workload: Identifier
    """Name of the Helm release, at most 53 characters."""


class ExternalBinding(Model):
    """The asset runs elsewhere; we only know how to reach it."""

    type: Literal["external"]
    """Kind of place: somewhere else."""


class Activation(Model):
    """How a host changes generations."""

    window_seconds: Annotated[int, Field(ge=10, le=900)] = 90
    """From arming the guard to the automatic rollback."""
    soak_seconds: Annotated[int, Field(ge=0, le=300)] = 3
    """How long services must stay up before they count as healthy."""


class NotInForce(Model):
    """Protection that the container of a host cannot give for the time being, and why that can be borne."""

    directives: Annotated[list[DirectiveName], Field(min_length=1, max_length=64)]
    """Directives of the host's units that need not be in force."""
    reason: Annotated[Line, Field(min_length=1)]
    """Why that can be borne."""
    expires: Day
    """Last day it holds, by the clock of the host."""


class LxcAsset(Model):
    """An asset we own that runs as a host."""

    role: Identifier
    """What the asset is for; assets of one role form an inventory group."""
    binding: LxcBinding
    """Where the asset runs."""
    activation: Activation = Field(default_factory=Activation.model_construct)
    """How the host changes generations."""
    services: dict[Identifier, Service] = {}
    """Services of the host by unit name, without ``.service``."""
    units: HostUnits | None = None
    """Sockets, timers, paths, targets and slices of the host, and what we say about units of others."""
    accept_not_in_force: Annotated[list[NotInForce], Field(max_length=64)] | None = None
    """What systemd may leave out on this host: else a directive that the kernel does not put in force rolls back."""
    endpoints: Endpoints = Field(default_factory=Endpoints.model_construct)
    """URLs of the asset, one for each kind of consumer."""


class Helm(Model):
    """What a cluster knows about an asset."""

    chart: Identifier
    """Name in the cluster's ``charts``."""
    values: dict[str, Json] = {}
    """Values of the chart; never a secret, nor the ref of one."""
    secrets: dict[SecretKey, SecretRefText] = {}
    """Keys of the Kubernetes Secret that External Secrets makes."""


class KubernetesAsset(Model):
    """An asset we own that runs in a cluster."""

    role: Identifier
    """What the asset is for."""
    binding: KubernetesBinding
    """Where the asset runs."""
    helm: Helm
    """Chart, values and secrets of the release."""
    endpoints: Endpoints = Field(default_factory=Endpoints.model_construct)
    """URLs of the asset, one for each kind of consumer."""


class IntegrationAuth(Model):
    """How consumers authenticate to an integration."""

    method: Literal["none", "basic", "bearer"]
    """How a consumer proves who it is."""
    secret: SecretRefText | None = None
    """Ref of the password or token; not for method none."""


class IntegrationHealth(Model):
    """Where an integration answers for its health."""

    http: HttpUrl
    """URL that answers with status 2xx when the integration works."""


class ExternalAsset(Model):
    """An integration endpoint: URL, auth and health only; it is never deployed."""

    role: Literal["integration"]
    """Always ``integration``: we use it, and never deploy it."""
    binding: ExternalBinding
    """Says that the asset runs elsewhere."""
    endpoints: Endpoints
    """URLs of the integration, at least one."""
    auth: IntegrationAuth
    """How consumers authenticate."""
    health: IntegrationHealth | None = None
    """Where the integration answers for its health."""


def binding_type(asset: Any) -> str | None:
    """``lxc``, ``kubernetes`` or ``external``, of plain data or of a model; None when it says neither."""
    if isinstance(asset, dict):
        binding = asset.get("binding")
        kind = binding.get("type") if isinstance(binding, dict) else None
        return kind if isinstance(kind, str) else None
    return getattr(getattr(asset, "binding", None), "type", None)


RuntimeAsset = Annotated[
    Annotated[LxcAsset, Tag("lxc")]
    | Annotated[KubernetesAsset, Tag("kubernetes")]
    | Annotated[ExternalAsset, Tag("external")],
    Discriminator(binding_type),
]
