# SPDX-License-Identifier: GPL-3.0-or-later
"""What charts make of what they are told, as seen in their output at one version each.

A path is dotted and leads into the values of a release; ``*`` stands for every item of a list. After a chart got
another version, look at what it renders and correct its entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """One chart. Without a ``version`` it is ours, and the entry says what we agreed on."""

    version: str | None = None
    services: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Ports by Service; ``{release}`` and ``{path}`` stand for the name of the release and for a value."""
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that are read, by the path where the name of their Secret stands."""
    wanted: Mapping[str, object] = field(default_factory=dict)
    """Without these values the chart does not render, cannot start, or starts what nobody asked for; ... is any."""
    databases: tuple[str, ...] = ()
    """Where the names of databases stand, or URLs that end with one."""
    operator: str | None = None
    """The chart whose release has to be in the same cluster."""


_STORE = "server.config.persistence.datastores"
_OFF = ("analytics", "auth", "db", "functions", "imgproxy", "kong", "meta", "minio", "rest", "storage", "studio")
#: Supabase's chart makes a Secret with a password of its own for each of these, unless one is named.
_UNUSED = ("analytics", "dashboard", "meta", "minio", "s3", "smtp")

#: By the name of the chart in its repository.
CHARTS: Mapping[str, ChartFacts] = {
    "cloudnative-pg": ChartFacts(version="0.29.0", services={"cnpg-webhook-service": (443,)}),
    "cluster": ChartFacts(
        version="0.8.1",
        services={"{fullnameOverride}-rw": (5432,), "{fullnameOverride}-ro": (5432,), "{fullnameOverride}-r": (5432,)},
        secrets={
            "cluster.initdb.secret.name": ("username", "password"),
            "cluster.roles.*.passwordSecret.name": ("username", "password"),
        },
        wanted={"fullnameOverride": ..., "cluster.postgresql.parameters": ...},
        operator="cloudnative-pg",
    ),
    "external-secrets": ChartFacts(version="2.9.0", services={"{release}-webhook": (443,)}),
    "gha-runner-scale-set-controller": ChartFacts(version="0.14.2", wanted={"serviceAccount.name": ...}),
    "gha-runner-scale-set": ChartFacts(
        version="0.14.2",
        secrets={"githubConfigSecret": ("github_app_id", "github_app_installation_id", "github_app_private_key")},
        wanted={
            "githubConfigUrl": ...,
            "controllerServiceAccount.name": ...,
            "controllerServiceAccount.namespace": ...,
        },
        operator="gha-runner-scale-set-controller",
    ),
    "graphql-engine": ChartFacts(
        version="0.9.1",
        services={"{nameOverride}": (8080,)},
        secrets={"envFrom.*.secretRef.name": ("HASURA_GRAPHQL_ADMIN_SECRET", "PGPASSWORD")},
        wanted={"nameOverride": ..., "postgres.enabled": False, "secret.enabled": False},
        databases=("extraEnvs.*.value",),
    ),
    "keycloakx": ChartFacts(
        version="7.1.11",
        services={"{fullnameOverride}-http": (80, 8443, 9000), "{fullnameOverride}-headless": (80,)},
        secrets={"database.existingSecret": ("password",)},
        wanted={
            "fullnameOverride": ...,
            "args": ...,
            "http.relativePath": "/",
            "database.vendor": "postgres",
            "database.hostname": ...,
            "database.username": ...,
            "database.existingSecretKey": "password",
        },
        databases=("database.database",),
    ),
    "openfga": ChartFacts(
        version="0.3.12",
        services={"{release}": (8080, 8081, 2112)},
        secrets={"datastore.existingSecret": ("username", "password"), "authn.preshared.keysSecret": ("keys",)},
        wanted={
            "datastore.engine": "postgres",
            "datastore.migrationType": "initContainer",
            "datastore.secretKeys.usernameKey": "username",
            "datastore.secretKeys.passwordKey": "password",
            "authn.method": "preshared",
        },
        databases=("extraEnvVars.*.value",),
    ),
    "supabase": ChartFacts(
        version="0.7.2",
        services={"{deployment.realtime.fullnameOverride}": (4000,)},
        secrets={
            "secret.db.secretRef": ("password",),
            "secret.jwt.secretRef": ("secret",),
            "secret.realtime.secretRef": ("secretKeyBase", "dbEncKey"),
            **{f"secret.{part}.secretRef": () for part in _UNUSED},
        },
        wanted={
            "deployment.realtime.fullnameOverride": ...,
            "secret.db.host": ...,
            "secret.db.port": ...,
            **{f"deployment.{part}.enabled": False for part in (*_OFF, "vector")},
            **{f"secret.{part}.secretRef": ... for part in _UNUSED},
        },
        databases=("secret.db.database",),
    ),
    "temporal": ChartFacts(
        version="1.6.0",
        services={"{release}-frontend": (7233, 7243), "{release}-web": (8080,)},
        secrets={f"{_STORE}.{store}.sql.existingSecret": ("password",) for store in ("default", "visibility")},
        wanted={
            f"{_STORE}.{store}.sql.{key}": value
            for store in ("default", "visibility")
            for key, value in {"pluginName": "postgres12", "connectAddr": ..., "user": ...}.items()
        },
        databases=(f"{_STORE}.default.sql.databaseName", f"{_STORE}.visibility.sql.databaseName"),
    ),
    "daytona": ChartFacts(services={"{release}": (3986,)}),
    "playwrightgrid": ChartFacts(services={"{release}": (4444,)}),
    "portal": ChartFacts(services={"{release}": (8080,)}, secrets={"existingSecret": ("session-key",)}),
}

#: What no release brings: Kubernetes itself; and Pomerium, which has no chart, so bootstrap applies its kustomization.
BESIDE: Mapping[str, tuple[int, ...]] = {"kubernetes.default.svc": (443,), "pomerium-proxy.pomerium.svc": (443, 80)}


def values_at(values: Any, path: str) -> list[Any]:
    """What stands at ``path``; nothing when a key is missing."""
    first, _dot, rest = path.partition(".")
    if first == "*":
        found = values if isinstance(values, list) else []
    else:
        found = [values[first]] if isinstance(values, dict) and first in values else []
    return [deeper for value in found for deeper in values_at(value, rest)] if rest else found


def services(facts: ChartFacts, release: str, values: Any) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and ports of each Service of a release."""
    for name, ports in facts.services.items():
        yield re.sub(r"\{([\w.]+)\}", lambda found: _filled(found[1], release, values), name), ports


def _filled(place: str, release: str, values: Any) -> str:
    if place == "release":
        return release
    (value,) = values_at(values, place)
    return str(value)
