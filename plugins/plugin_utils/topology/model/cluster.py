# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes cluster: where its tree lives in git, and who may read which secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import HOST, PORT, HttpsUrl, HttpUrl, Identifier, Model, RelativePath
from .kind import text

GitUrl = Annotated[
    str,
    text(
        rf"^(https|ssh)://([a-z0-9_-]+@)?{HOST}{PORT}(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$",
        "a git URL",
        "write https://host/path or ssh://git@host/path; no password",
        max_length=512,
    ),
]
#: A branch, tag or commit; never something git could take for an option.
Revision = Annotated[
    str,
    text(
        r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*$",
        "a git revision",
        "write a branch, a tag or a commit",
        max_length=255,
    ),
]
ChartVersion = Annotated[
    str,
    text(
        r"^[0-9]+\.[0-9]+\.[0-9]+([+-][A-Za-z0-9.+-]+)?$",
        "a chart version",
        'write one exact version in quotes, such as "1.2.3"',
        max_length=64,
    ),
]
ChartRepository = Annotated[
    str,
    text(
        rf"^(https|oci)://{HOST}{PORT}(/[A-Za-z0-9._/-]*)?$",
        "a chart repository",
        "write https://host/path or oci://host/path",
        max_length=512,
    ),
]


class Git(Model):
    """The tree a cluster is driven from."""

    url: GitUrl
    """Repository of the tree, over https or ssh."""
    revision: Revision
    """Branch, tag or commit that is deployed."""
    path: RelativePath
    """Folder of this cluster inside the repository."""


class ArgoCdDelivery(Model):
    """Argo CD reads the tree and applies it."""

    type: Literal["argocd"]
    """What delivers: Argo CD."""
    namespace: Identifier
    """Where Argo CD itself runs; no asset may."""
    project: Identifier
    """AppProject that the Applications belong to."""
    destination_server: HttpsUrl
    """API server as Argo CD reaches it."""


class FluxDelivery(Model):
    """Flux reads the tree and applies it. No tree is written for it yet."""

    type: Literal["flux"]
    """What delivers: Flux."""
    namespace: Identifier
    """Where Flux itself runs, with its sources and Kustomizations; no asset may."""
    source: Identifier
    """Name of the GitRepository that bootstrap made of this tree, in the same namespace."""
    interval_seconds: Annotated[int, Field(ge=60, le=86_400)] = 600
    """How often Flux compares the cluster with the tree, besides at every commit."""


Delivery = Annotated[ArgoCdDelivery | FluxDelivery, Field(discriminator="type")]


class SecretStoreAuth(Model):
    """Kubernetes auth of External Secrets at OpenBao, scoped to one role."""

    method: Literal["kubernetes"]
    """How a pod proves who it is."""
    path: Identifier
    """Mount of the auth method in OpenBao, without ``auth/``."""
    role: Identifier
    """Role of OpenBao that limits what can be read."""
    service_account: Identifier
    """Service account that the role is bound to."""


class Chart(Model):
    """An entry of the chart catalogue."""

    repository: ChartRepository
    """Where the chart is published, over https or oci."""
    name: Identifier
    """Name of the chart in its repository."""
    version: ChartVersion
    """One exact version."""
    operator: bool = False
    """Whether the chart brings kinds of its own that other releases use: it is applied before them."""


class ClusterStore(Model):
    """A store for several namespaces. It always says which: one for all of them would hand out every secret."""

    name: Identifier
    """Name of the ClusterSecretStore."""
    namespaces: Annotated[list[Identifier], Field(min_length=1, max_length=256)]
    """The namespaces that may use it; never all."""


class Cluster(Model):
    """One Kubernetes cluster and its overlay tree."""

    git: Git
    """The tree this cluster is driven from."""
    delivery: Delivery
    """What applies this tree: type argocd or flux."""
    openbao_address: HttpUrl
    """How pods reach OpenBao."""
    secret_store: SecretStoreAuth
    """How the stores of this cluster authenticate at OpenBao."""
    cluster_store: ClusterStore | None = None
    """A store shared by named namespaces; by default each namespace has its own."""
    charts: Annotated[dict[Identifier, Chart], Field(min_length=1)]
    """The chart catalogue: what may be installed here, by name."""
