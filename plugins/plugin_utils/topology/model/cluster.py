# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes cluster: where its tree lives in git, and who may read which secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .base import HttpsUrl, HttpUrl, Identifier, Line, Model, RelativePath

GitUrl = Annotated[
    str,
    StringConstraints(pattern=r"^(https|ssh)://([a-z0-9_-]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._/-]+$"),
]
ChartVersion = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([+-][A-Za-z0-9.+-]+)?$")]


class Git(Model):
    """The tree a cluster is driven from."""

    url: GitUrl
    revision: Line
    path: RelativePath
    """Folder of this cluster inside the repository."""


class ArgoCd(Model):
    """The Argo CD that reads the tree."""

    namespace: Identifier
    project: Identifier
    destination_server: HttpsUrl


class SecretStoreAuth(Model):
    """Kubernetes auth of External Secrets at OpenBao, scoped to one role."""

    method: Literal["kubernetes"]
    path: Identifier
    role: Identifier
    service_account: Identifier


class Chart(Model):
    """An entry of the chart catalogue."""

    repository: Annotated[str, StringConstraints(pattern=r"^(https|oci)://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$")]
    name: Identifier
    version: ChartVersion


class Cluster(Model):
    """One Kubernetes cluster and its overlay tree."""

    git: Git
    argocd: ArgoCd
    openbao_address: HttpUrl
    """How pods reach OpenBao."""
    secret_store: SecretStoreAuth
    charts: Annotated[dict[Identifier, Chart], Field(min_length=1)]
