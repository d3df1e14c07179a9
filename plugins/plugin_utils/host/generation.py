# SPDX-License-Identifier: GPL-3.0-or-later
"""Host document + unit templates + versions of its secrets → the generation a host is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypedDict

from ..errors import InfraError
from . import hardening
from .document import ActivationDocument, DirectoryDocument, HealthDocument, HostDocument, ServiceDocument
from .unit_template import UnitTemplates
from .unit_text import value, word

#: Must be the mark of ``module_utils/host/generation.py``; a test holds the two together.
GENERATION_MARK = "\x1ageneration\x1a"
CONFIG_NAME = "config.json"
#: Beside the config file: its digest, in the form that ``sha256sum --check`` reads.
DIGEST_NAME = f"{CONFIG_NAME}.sha256"


class UnitDocument(TypedDict):
    """One unit with all it needs on the host."""

    text: str
    dropin: str
    files: dict[str, str]
    credentials: dict[str, str]
    properties: dict[str, str]
    state: str
    release: str | None
    health: HealthDocument | None


class GenerationDocument(TypedDict):
    """What the host makes its id from; refs are pinned to versions, so a rotated secret is a new generation."""

    activation: ActivationDocument
    units: dict[str, UnitDocument]
    users: list[str]
    sysusers: str
    tmpfiles: str


def refs(document: HostDocument) -> list[str]:
    """Every ref of a host, once, sorted."""
    return sorted({ref for service in document["services"].values() for ref in service.get("credentials", {}).values()})


def generation_document(
    document: HostDocument, templates: UnitTemplates, pinned: Mapping[str, str]
) -> GenerationDocument:
    """The generation of ``document``; ``pinned`` maps each ref to itself at the version that was read."""
    services = document["services"]
    users = sorted({service["user"] for service in services.values()} - {"root"})
    return GenerationDocument(
        activation=document["activation"],
        units={f"{name}.service": _unit(name, service, templates, pinned) for name, service in services.items()},
        users=users,
        sysusers="".join(f'u {user} - "{user}" / /usr/sbin/nologin\n' for user in users),
        tmpfiles="".join(
            _tmpfile(service["user"], entry)
            for service in services.values()
            for entry in service.get("directories", ())
        ),
    )


def _unit(name: str, service: ServiceDocument, templates: UnitTemplates, pinned: Mapping[str, str]) -> UnitDocument:
    credentials = {credential: pinned[ref] for credential, ref in service.get("credentials", {}).items()}
    home = f"{GENERATION_MARK}/credentials/{name}.service"
    return UnitDocument(
        text=templates.service(
            name=name,
            description=value(service["description"]),
            user=service["user"],
            after=[value(unit) for unit in service.get("after", ())],
            config_check=_config_check(name) if "config" in service else [],
            exec=[_exec_word(name, service, part) for part in service["exec"]],
        ),
        dropin=templates.dropin(
            name=name,
            credentials={credential: f"{home}/{credential}" for credential in credentials},
            directives=hardening.PROFILES[service["hardening"]],
            writable=[value(entry["path"]) for entry in service.get("directories", ())],
        ),
        files=_config_files(service["config"]) if "config" in service else {},
        credentials=credentials,
        properties={"User": service["user"], **hardening.effective_properties(service["hardening"])},
        state=service["state"],
        release=service.get("release"),
        health=service.get("health"),
    )


def _config_files(config: str) -> dict[str, str]:
    """The config file, and what its bytes were when they were checked against their schema."""
    digest = hashlib.sha256(config.encode()).hexdigest()
    return {CONFIG_NAME: config, DIGEST_NAME: f"{digest}  {CONFIG_NAME}\n"}


def _config_check(name: str) -> list[str]:
    """The command that fails when the config file is not the one that was checked.

    The digest names its file without a folder, which is known only when the generation is stored.
    """
    folder = f"--chdir={_files_folder(name)}"
    return ["/usr/bin/env", folder, "/usr/bin/sha256sum", "--check", "--strict", "--quiet", DIGEST_NAME]


def _files_folder(name: str) -> str:
    return f"{GENERATION_MARK}/files/{name}.service"


def _exec_word(name: str, service: ServiceDocument, part: str) -> str:
    """One word of the command: topology text is quoted first, so only our placeholders bring meaning."""
    quoted = word(part)
    known = {
        "{release_id}": service.get("release_id"),
        "{config}": f"{_files_folder(name)}/{CONFIG_NAME}" if "config" in service else None,
        "{credentials_directory}": "%d" if "credentials" in service else None,
    }
    for placeholder, meaning in known.items():
        if placeholder in quoted and meaning is None:
            raise InfraError(
                f"services.{name}.exec: {placeholder} has no meaning here; declare what it stands for or remove it"
            )
        quoted = quoted.replace(placeholder, meaning or "")
    return quoted


def _tmpfile(user: str, entry: DirectoryDocument) -> str:
    return f"d {entry['path']} {entry['mode']} {user} {user} -\n"
