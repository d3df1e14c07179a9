# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fleet platform reads from OpenBao, and the little it reads from its environment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import HttpUrl, Identifier, Json, Line, Model, RelativePath, SchemaPath
from .runtime_asset import SecretKey


class DeployConfig(Model):
    """A typed config document in OpenBao."""

    path: RelativePath
    """Path of the document below the mount."""
    schema_file: SchemaPath = Field(alias="schema")
    """JSON Schema, relative to the folder of the topology."""
    content: dict[str, Json]
    """The document; never a secret."""


class DeploySecrets(Model):
    """A document of secrets in OpenBao, of which only the keys are known here."""

    path: RelativePath
    """Path of the document below the mount."""
    keys: Annotated[list[SecretKey], Field(min_length=1, max_length=256)]
    """Keys that must be there and readable."""


class FleetAuth(Model):
    """How a fleet process proves who it is."""

    method: Literal["approle", "jwt"]
    """Auth method of OpenBao."""
    path: Identifier
    """Mount of the auth method, without ``auth/``."""
    role: Identifier
    """Role to log in as."""
    subject: Line | None = None
    """Subject of its JWT; the name of the role when absent."""
    audience: Line | None = None
    """Audience of its JWT, if it has one."""


class FleetEnvironment(Model):
    """All that a fleet process gets from its environment; everything else is typed in OpenBao."""

    address: HttpUrl
    """OpenBao as the fleet reaches it."""
    namespace: RelativePath
    """Namespace of OpenBao."""
    auth: FleetAuth
    """How the process authenticates."""


class DeviceAuth(Model):
    """How a device proves who it is: a JWT whose subject is its id."""

    path: Identifier
    """Mount of the JWT auth method, without ``auth/``."""
    role: Identifier
    """Role to log in as; bound to subjects ``device-…``."""
    audience: Line | None = None
    """Audience of its JWT, if it has one."""


class Devices(Model):
    """Documents of devices in OpenBao; each device reads its own."""

    path: RelativePath
    """Path below the mount; the document of a device is named after it."""
    auth: DeviceAuth
    """How a device authenticates."""


class Fleet(Model):
    """The fleet platform."""

    deploy_config: DeployConfig
    """The document FleetDeployConfig."""
    deploy_secrets: DeploySecrets
    """The document FleetDeploySecrets."""
    environment: FleetEnvironment
    """The minimal environment of its processes."""
    devices: Devices | None = None
    """Documents of single devices, if there are any."""
