# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes cluster: where its tree lives in git, and who may read which secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import HttpsUrl, HttpUrl, Identifier, Model, RelativePath
from .kind import text

GitUrl = Annotated[
    str,
    text(
        r"^(https|ssh)://([a-z0-9_-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$",
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
        r"^(https|oci)://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$",
        "a chart repository",
        "write https://host/path or oci://host/path",
        max_length=512,
    ),
]


class Git(Model):
    """The tree a cluster is driven from."""

    url: GitUrl
    revision: Revision
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

    repository: ChartRepository
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
