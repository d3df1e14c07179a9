# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about how services are asked for their health."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..facts.loopback import is_loopback
from ..model.health import CommandHealth, HttpHealth, LastRunHealth, NotifyHealth, TcpHealth, asked_texts
from ..model.runtime_asset import LxcAsset
from ..model.service import Service
from ..model.topology import Topology
from ..placeholder import placeholders
from ..position import Path
from ..violation import Violation
from .assets import services
from .services import wrong_placeholders

#: What frames a message is the client's own.
_FRAMING = frozenset({"connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"})
#: What they carry is a secret by nature.
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token"})
_INSTANCE = "{instance}"
_PORT = re.compile(r"[^/]:([^/?\]]+)(?:[/?]|$)")


def health_is_asked_on_the_host_itself(topology: Topology) -> Iterator[Violation]:
    """A health check reaches its own host only, so that no other host can answer for it."""
    for path, service in services(topology):
        health = service.health
        if isinstance(health, HttpHealth) and health.socket is None and not is_loopback(health.http):
            yield from _elsewhere(topology, (*path, "health", "http"), urlsplit(health.http).hostname)
        elif isinstance(health, TcpHealth) and not is_loopback(f"http://{health.tcp}"):
            yield from _elsewhere(topology, (*path, "health", "tcp"), health.tcp.rpartition(":")[0].strip("[]"))


def health_of_instances_is_asked_of_each(topology: Topology) -> Iterator[Violation]:
    """Each instance of a template answers at a place of its own, so {instance} stands where they differ."""
    for path, service in topology.detailed_services:
        if service.instances is None or not service.health:
            continue
        if not isinstance(service.health, NotifyHealth | LastRunHealth) and _INSTANCE not in "".join(_asks(service)):
            hint = "write {instance} where they differ, or make each instance a service of its own"
            yield Violation((*path, "health"), "all instances would be asked in one place", hint, at_key=True)
        yield from _no_ports(path, service, service.instances)


def placeholders_of_health_have_a_value(topology: Topology) -> Iterator[Violation]:
    """What is asked for its health knows {instance}, where a service has instances; a command knows more."""
    for path, service in services(topology):
        for key, text in asked_texts(service.health) if service.health is not None else ():
            if "{" in text:
                place = (*path, "health", *key)
                other = next((name for name in placeholders(text) if name != "instance"), None)
                if other is not None:
                    yield Violation(place, f"{{{other}}} has no value here", "only {instance} has one")
                else:
                    yield from wrong_placeholders(place, text, service)


def health_is_asked_as_its_service_answers(topology: Topology) -> Iterator[Violation]:
    """Only a service of type notify tells systemd that it is ready, and only a job that is started has a last run."""
    for path, service in services(topology):
        if isinstance(service.health, NotifyHealth) and service.type != "notify":
            what = f"a service of type {service.type} does not tell systemd that it is ready"
            yield Violation((*path, "health", "notify"), what, "write type: notify, or ask it in another way")
        elif isinstance(service.health, LastRunHealth) and service.state == "running":
            hint = "write state: on-demand, or ask it in another way"
            yield Violation((*path, "health", "last_run"), "a service that always runs has no last run", hint)


def requests_for_health_are_in_order(topology: Topology) -> Iterator[Violation]:
    """A request for health asks for what its answer can hold, says nothing twice, and carries no secret."""
    for path, service in services(topology):
        if isinstance(service.health, HttpHealth):
            yield from _wrong_request((*path, "health"), service.health)


def _elsewhere(topology: Topology, path: Path, host: str | None) -> Iterator[Violation]:
    """Nothing when ``host`` is the address of the asset at ``path``."""
    asset = topology.runtime_assets[str(path[1])]
    if not isinstance(asset, LxcAsset) or asset.binding.address != host:
        yield Violation(path, f"{host} is not this host", "use 127.0.0.1, or the address of its binding")


def _asks(service: Service) -> Iterator[str]:
    """Every text of the check of ``service``."""
    yield from (text for _key, text in asked_texts(service.health))
    if isinstance(service.health, CommandHealth):
        yield from service.health.exec


def _no_ports(path: Path, service: Service, instances: list[str]) -> Iterator[Violation]:
    """Instances whose name makes no port where one stands in the place of a port."""
    for key, text in asked_texts(service.health):
        found = _PORT.search(text) if key in (("http",), ("tcp",)) else None
        if found and _INSTANCE in found[1]:
            wrong = [name for name in instances if not _is_port(found[1].replace(_INSTANCE, name))]
            if wrong:
                what = f"with the instance {wrong[0]!r} this is no port"
                yield Violation((*path, "health", *key), what, "name instances by numbers, or ask in another way")


def _is_port(digits: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,4}", digits) is not None and int(digits) <= 65535


def _wrong_request(path: Path, health: HttpHealth) -> Iterator[Violation]:
    if health.method == "HEAD" and health.contains is not None:
        yield Violation((*path, "contains"), "an answer to HEAD has no content", "write method: GET")
    if health.tls is not None:
        yield from _wrong_tls(path, health)
    known: dict[str, str] = {}
    for name in health.headers or {}:
        place = (*path, "headers", name)
        if name.lower() in _FRAMING:
            yield Violation(place, "this header is set by the client itself", "remove it", at_key=True)
        if name.lower() in _SECRET_HEADERS:
            hint = "ask what needs no login, or use exec with a command that reads a credential"
            yield Violation(place, "this header carries a secret, which must not stand here", hint, at_key=True)
        if known.setdefault(name.lower(), name) != name:
            first = (*path, "headers", known[name.lower()])
            yield Violation(place, "this header is there twice", "keep one of them", first=first, at_key=True)


def _wrong_tls(path: Path, health: HttpHealth) -> Iterator[Violation]:
    if health.http.startswith("http:"):
        yield Violation((*path, "tls"), "an http URL has no certificate", "write https, or remove it", at_key=True)
    if health.tls is not None and health.tls.not_verified is not None and health.tls.ca_file is not None:
        hint = "remove not_verified, or the CA"
        yield Violation((*path, "tls", "ca_file"), "nothing is verified, so no CA is needed", hint)
