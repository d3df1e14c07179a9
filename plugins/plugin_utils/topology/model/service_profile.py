# SPDX-License-Identifier: GPL-3.0-or-later
"""Products that have a contract of their own, beside the asset they run as."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import HOST, DnsName, Identifier, Line, Model
from .kind import text

GithubUrl = Annotated[
    str,
    text(
        rf"^https://{HOST}(/[A-Za-z0-9_][A-Za-z0-9._-]*){{1,2}}$",
        "the URL of an organisation or repository",
        "write https://github.com/organisation, or with /repository",
        max_length=255,
    ),
]


class PortalProfile(Model):
    """The portal. Its public URL is the one of its asset."""

    runtime_type: Literal["k8s", "lxc", "ct"]
    """Where it runs: k8s; lxc and ct are legacy."""
    legacy: Literal[True] | None = None
    """Must be said to run outside Kubernetes."""
    asset: Identifier
    """The runtime asset it is."""
    allowed_return_hosts: Annotated[list[DnsName], Field(max_length=256)] = []
    """Hosts a login may return to, beside the portal's own, which is always added."""


class GithubRunner(Model):
    """Ephemeral GitHub runners. Their credentials are refs in ``helm.secrets`` of the asset."""

    asset: Identifier
    """The runtime asset that is the runner scale set."""
    config_url: GithubUrl
    """Organisation or repository the runners belong to."""
    auth: Literal["app", "token"]
    """Which keys helm.secrets must hold: those of a GitHub App, or github_token."""
    runner_group: Line
    """Runner group of the organisation."""
    container_mode: Literal["dind", "kubernetes"]
    """How a job runs containers."""
    min_runners: Annotated[int, Field(ge=0, le=1000)] = 0
    """Runners that wait for jobs."""
    max_runners: Annotated[int, Field(ge=1, le=1000)]
    """Runners at most."""


class ServiceProfiles(Model):
    """Profiles by product."""

    portal: PortalProfile | None = None
    """The portal."""
    github_runner: GithubRunner | None = None
    """The GitHub runners."""
