# SPDX-License-Identifier: GPL-3.0-or-later
"""Runtime assets: what product-level controls name. Where one runs stands only under its binding."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from .base import HttpUrl, Identifier, Json, Model
from .endpoints import Endpoints
from .kind import text
from .network import Ipv4Address
from .secret_ref import SecretRefText
from .service import Service

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
    node: Identifier
    container_id: Annotated[int, Field(ge=100, le=999_999_999)]
    network: Identifier
    address: Ipv4Address


class KubernetesBinding(Model):
    """The asset is one Helm release in a cluster."""

    type: Literal["kubernetes"]
    cluster: Identifier
    namespace: Identifier
    workload: Identifier


class ExternalBinding(Model):
    """The asset runs elsewhere; we only know how to reach it."""

    type: Literal["external"]


class Activation(Model):
    """How a host changes generations."""

    window_seconds: Annotated[int, Field(ge=10, le=900)] = 90
    """From arming the guard to the automatic rollback."""
    soak_seconds: Annotated[int, Field(ge=0, le=300)] = 3
    """How long services must stay up before they count as healthy."""


class LxcAsset(Model):
    """An asset we own that runs as a host."""

    role: Identifier
    binding: LxcBinding
    activation: Activation = Activation()
    services: dict[Identifier, Service] = {}
    endpoints: Endpoints = Endpoints()


class Helm(Model):
    """What a cluster is told about an asset."""

    chart: Identifier
    """Name in the cluster's ``charts``."""
    values: dict[str, Json] = {}
    secrets: dict[SecretKey, SecretRefText] = {}
    """Keys of the Kubernetes Secret that External Secrets makes."""


class KubernetesAsset(Model):
    """An asset we own that runs in a cluster."""

    role: Identifier
    binding: KubernetesBinding
    helm: Helm
    endpoints: Endpoints = Endpoints()


class IntegrationAuth(Model):
    """How consumers authenticate to an integration."""

    method: Literal["none", "basic", "bearer"]
    secret: SecretRefText | None = None


class IntegrationHealth(Model):
    """Where an integration answers for its health."""

    http: HttpUrl


class ExternalAsset(Model):
    """An integration endpoint: URL, auth and health only; it is never deployed."""

    role: Literal["integration"]
    binding: ExternalBinding
    endpoints: Endpoints
    auth: IntegrationAuth
    health: IntegrationHealth | None = None


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
