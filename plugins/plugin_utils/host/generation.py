# SPDX-License-Identifier: GPL-3.0-or-later
"""Host document + unit templates + versions of its secrets → the generation a host is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict

from ..errors import InfraError
from ..topology.placeholder import filled
from . import hardening
from .document import ActivationDocument, HostDocument, ServiceDocument
from .health import CREDENTIALS_MARK, INSTANCE_MARK, HealthDocument, marked
from .host_unit import DropInDocument, HostUnitDocument
from .unit_settings import Setting
from .unit_template import DROPIN, SERVICE, UNIT, UnitTemplates
from .unit_text import assignment, value, word

#: Must be the mark of ``module_utils/host/generation.py``; a test holds the two together.
GENERATION_MARK = "\x1ageneration\x1a"
CONFIG_NAME = "config.json"
#: Beside the config file: its digest, in the form that ``sha256sum --check`` reads.
DIGEST_NAME = f"{CONFIG_NAME}.sha256"
#: Where services that can be reloaded find their config: a link in a fixed place, since a running command keeps its
#: words. systemd-tmpfiles makes it, at boot and whenever a host changes its generation.
RELOADED_FILES = "/run/fractalops/files"
#: What a service is when it does not say.
_DEFAULTS = {"type": "exec", "restart": "on-failure", "restart_seconds": 1, "stop_seconds": 10}
_DIRECTIVES = {
    "type": "Type",
    "restart": "Restart",
    "restart_seconds": "RestartSec",
    "stop_seconds": "TimeoutStopSec",
}


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
    instances: NotRequired[list[str]]
    """Makes it a template."""
    wanted_by: NotRequired[list[str]]
    """Units that start it; multi-user.target when it does not say."""
    depends_on: NotRequired[list[str]]
    """Units with which it is restarted."""
    reloads: NotRequired[bool]
    """Reads its config again when asked to."""


class ForeignDropIn(TypedDict):
    """Settings over a unit of somebody else."""

    text: str
    properties: dict[str, str]
    restart: bool


class GenerationDocument(TypedDict):
    """What the host makes its id from; refs are pinned to versions, so a rotated secret is a new generation."""

    activation: ActivationDocument
    units: dict[str, UnitDocument]
    users: list[str]
    sysusers: str
    tmpfiles: str
    drop_ins: NotRequired[dict[str, ForeignDropIn]]
    masks: NotRequired[list[str]]
    accepted: NotRequired[dict[str, str]]
    """Directive that need not be in force → the last day of that."""


def refs(document: HostDocument) -> list[str]:
    """Every ref of a host, once, sorted."""
    return sorted({ref for service in document["services"].values() for ref in service.get("credentials", {}).values()})


def generation_document(
    document: HostDocument, templates: UnitTemplates, pinned: Mapping[str, str]
) -> GenerationDocument:
    """The generation of ``document``; ``pinned`` maps each ref to itself at the version that was read."""
    services = document["services"]
    users = sorted({service["user"] for service in services.values()} - {"root"})
    groups = sorted({group for service in services.values() for group in service.get("groups", ())} - set(users))
    generation = GenerationDocument(
        activation=document["activation"],
        units={
            _unit_name(name, service): _unit(name, service, templates, pinned) for name, service in services.items()
        },
        users=users,
        sysusers="".join(f'u {user} - "{user}" / /usr/sbin/nologin\n' for user in users)
        + "".join(f"g {group} -\n" for group in groups),
        tmpfiles="".join(line for name, service in services.items() for line in _tmpfiles(name, service)),
    )
    for name, unit in document.get("units", {}).items():
        generation["units"][name] = _host_unit(name, unit, templates)
    if "drop_ins" in document:
        generation["drop_ins"] = {name: _foreign(name, one, templates) for name, one in document["drop_ins"].items()}
    if "masks" in document:
        generation["masks"] = list(document["masks"])
    if "accepted" in document:
        generation["accepted"] = dict(document["accepted"])
    return generation


def _unit(name: str, service: ServiceDocument, templates: UnitTemplates, pinned: Mapping[str, str]) -> UnitDocument:
    credentials = {credential: pinned[ref] for credential, ref in service.get("credentials", {}).items()}
    overrides = _pairs(service.get("overrides", ()))
    unit = UnitDocument(
        text=_unit_text(name, service, templates),
        dropin=_dropin_text(name, service, templates, credentials, overrides),
        files=_config_files(service["config"]) if "config" in service else {},
        credentials=credentials,
        properties=_properties(service, overrides),
        state=service["state"],
        release=service.get("release"),
        health=_health(name, service),
    )
    for key in ("instances", "wanted_by", "depends_on"):
        if key in service:
            unit[key] = service[key]
    if _is_reloaded(service):
        unit["reloads"] = True
    return unit


def _unit_text(name: str, service: ServiceDocument, templates: UnitTemplates) -> str:
    unit_settings, settings = _pairs(service.get("unit_settings", ())), _service_settings(name, service)
    described = {key: service.get(key, default) for key, default in _DEFAULTS.items()}
    text = templates.service(
        name=_stem(name, service),
        description=value(service["description"]),
        user=service["user"],
        after=[value(unit) for unit in service.get("after", ())],
        config_check=_config_check(name, service) if "config" in service else [],
        exec=[_exec_word(name, service, part) for part in service["exec"]],
        unit_settings=unit_settings,
        service_settings=settings,
        **described,
    )
    written = [(_DIRECTIVES[key], str(given)) for key, given in described.items() if key in service]
    _require(SERVICE, text, [*unit_settings, *settings, *written])
    return text


def _dropin_text(
    name: str,
    service: ServiceDocument,
    templates: UnitTemplates,
    credentials: Mapping[str, str],
    overrides: list[Setting],
) -> str:
    home = f"{GENERATION_MARK}/credentials/{_unit_name(name, service)}"
    overridden = {directive for directive, _text in overrides}
    profile = {key: text for key, text in hardening.PROFILES[service["hardening"]].items() if key not in overridden}
    text = templates.dropin(
        name=_stem(name, service),
        credentials={credential: f"{home}/{credential}" for credential in credentials},
        directives=profile,
        settings=overrides,
        writable=[value(entry["path"]) for entry in service.get("directories", ())],
    )
    _require(DROPIN, text, overrides)
    return text


def _properties(service: ServiceDocument, overrides: list[Setting]) -> dict[str, str]:
    """What must be true of the running unit: its profile, but for what the topology says otherwise."""
    overridden = {directive for directive, _text in overrides}
    profile = hardening.effective_properties(service["hardening"]).items()
    return {
        "User": service["user"],
        **{key: text for key, text in profile if key not in overridden},
        **service.get("properties", {}),
    }


def _service_settings(name: str, service: ServiceDocument) -> list[Setting]:
    """Further lines of ``[Service]``: environment and commands bring placeholders, the rest is literal."""
    environment = [
        ("Environment", _placed(name, service, f"environment.{variable}", assignment(variable, text)))
        for variable, text in service.get("environment", {}).items()
    ]
    commands = [
        (directive, " ".join(_exec_word(name, service, part) for part in command))
        for directive, all_of_it in service.get("commands", {}).items()
        for command in all_of_it
    ]
    return [*_pairs(service.get("service_settings", ())), *environment, *commands]


def _require(template: str, text: str, settings: list[Setting]) -> None:
    """A template of somebody's own may not leave out what the topology says."""
    lines = set(text.splitlines()) if settings else set()
    for directive, setting in settings:
        if f"{directive}={setting}" not in lines:
            raise InfraError(f"{template}: leaves out {directive}=; take it over from the template of the role host")


def _host_unit(name: str, unit: HostUnitDocument, templates: UnitTemplates) -> UnitDocument:
    document = UnitDocument(
        text=_sections_text(name, unit["sections"], templates),
        dropin="",
        files={},
        credentials={},
        properties=unit["properties"],
        state=unit["state"],
        release=None,
        health=None,
        wanted_by=unit["wanted_by"],
    )
    for key in ("instances", "depends_on"):
        if key in unit:
            document[key] = unit[key]
    return document


def _foreign(name: str, drop_in: DropInDocument, templates: UnitTemplates) -> ForeignDropIn:
    text = _sections_text(name, drop_in["sections"], templates)
    return ForeignDropIn(text=text, properties=drop_in["properties"], restart=drop_in["restart"])


def _sections_text(name: str, sections: Mapping[str, Sequence[Setting]], templates: UnitTemplates) -> str:
    pairs = {section: _pairs(settings) for section, settings in sections.items()}
    text = templates.unit(name=name, sections=pairs)
    _require(UNIT, text, [setting for settings in pairs.values() for setting in settings])
    return text


def _pairs(settings: Iterable[Sequence[str]]) -> list[Setting]:
    """JSON has no pairs."""
    return [(setting[0], setting[1]) for setting in settings]


def _stem(name: str, service: ServiceDocument) -> str:
    return f"{name}@" if "instances" in service else name


def _unit_name(name: str, service: ServiceDocument) -> str:
    return f"{_stem(name, service)}.service"


def _config_files(config: str) -> dict[str, str]:
    """The config file, and what its bytes were when they were checked against their schema."""
    digest = hashlib.sha256(config.encode()).hexdigest()
    return {CONFIG_NAME: config, DIGEST_NAME: f"{digest}  {CONFIG_NAME}\n"}


def _config_check(name: str, service: ServiceDocument) -> list[str]:
    """The command that fails when the config file is not the one that was checked.

    The digest names its file without a folder, which is known only when the generation is stored. ``+`` keeps it out of
    the namespaces of the unit: making them twice would double what a start costs (14 ms against 7), and what it reads
    belongs to root.
    """
    folder = f"--chdir={GENERATION_MARK}/files/{_unit_name(name, service)}"
    return ["+/usr/bin/env", folder, "/usr/bin/sha256sum", "--check", "--strict", "--quiet", DIGEST_NAME]


def _exec_word(name: str, service: ServiceDocument, part: str) -> str:
    """One word of the command: topology text is quoted first, so only our placeholders bring meaning."""
    return _placed(name, service, "exec", word(part))


def _placed(name: str, service: ServiceDocument, field: str, quoted: str) -> str:
    """Quoted text with the meaning of its placeholders."""
    if "{" not in quoted:
        return quoted
    known = _known(name, service) | {"main_pid": "${MAINPID}"}
    return _filled(name, field, quoted, known)


def _health(name: str, service: ServiceDocument) -> HealthDocument | None:
    """How the unit is asked. The host fills in what differs between instances: systemd has no part in this."""
    if "health" not in service:
        return None
    known = _known(name, service, CREDENTIALS_MARK, INSTANCE_MARK)
    return marked(service["health"], lambda text, field: _filled(name, field, text, known))


def _known(name: str, service: ServiceDocument, credentials: str = "%d", instance: str = "%i") -> dict[str, str | None]:
    """What placeholders stand for; None for what the service does not have."""
    return {
        "release_id": service.get("release_id"),
        "config": f"{_files_folder(name, service)}/{CONFIG_NAME}" if "config" in service else None,
        "credentials_directory": credentials if "credentials" in service else None,
        "instance": instance if "instances" in service else None,
    }


def _filled(name: str, field: str, text: str, known: Mapping[str, str | None]) -> str:
    def meaning(placeholder: str) -> str:
        found = known.get(placeholder)
        if found is None:
            raise InfraError(
                f"services.{name}.{field}: {{{placeholder}}} has no meaning here;"
                " declare what it stands for or remove it"
            )
        return found

    return filled(text, meaning)


def _files_folder(name: str, service: ServiceDocument) -> str:
    """Where the command finds its config."""
    home = RELOADED_FILES if _is_reloaded(service) else f"{GENERATION_MARK}/files"
    return f"{home}/{_unit_name(name, service)}"


def _is_reloaded(service: ServiceDocument) -> bool:
    return "ExecReload" in service.get("commands", {})


def _tmpfiles(name: str, service: ServiceDocument) -> Iterator[str]:
    user, group = service["user"], service.get("group", service["user"])
    for entry in service.get("directories", ()):
        yield f"d {entry['path']} {entry['mode']} {user} {group} -\n"
    if _is_reloaded(service) and "config" in service:
        unit = _unit_name(name, service)
        yield f"L+ {RELOADED_FILES}/{unit} - - - - {GENERATION_MARK}/files/{unit}\n"
