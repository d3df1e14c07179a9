# SPDX-License-Identifier: GPL-3.0-or-later
"""How a unit is asked for its health, as plain data: first with placeholders, in a generation with marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NotRequired, TypedDict

from ..topology.model.health import (
    CommandHealth,
    Health,
    HealthTls,
    HttpHealth,
    LastRunHealth,
    NotifyHealth,
    SocketHealth,
)

#: Stand for what a host knows: the name of the instance, and the folder of its credentials. As with the mark of the
#: generation no text of a topology can hold them; a test holds them and those of the host together.
INSTANCE_MARK = "\x1ainstance\x1a"
CREDENTIALS_MARK = "\x1acredentials\x1a"


class HealthDocument(TypedDict):
    """How a service is asked, by ``type``; one without a type has a URL. What is as usual is absent."""

    type: NotRequired[str]
    within_seconds: NotRequired[int]
    url: NotRequired[str]
    status: NotRequired[int | list[int]]
    contains: NotRequired[str]
    """A part of the answer."""
    method: NotRequired[str]
    headers: NotRequired[dict[str, str]]
    tls: NotRequired[dict[str, str | bool]]
    """``ca_file``, ``server_name``, or ``verify`` as false."""
    address: NotRequired[str]
    socket: NotRequired[str]
    command: NotRequired[list[str]]
    exit_status: NotRequired[list[int]]
    timeout_seconds: NotRequired[int]


def health_document(health: Health) -> HealthDocument:
    """``health`` with its placeholders still in place."""
    if isinstance(health, HttpHealth):
        return _http(health)
    if isinstance(health, CommandHealth):
        return HealthDocument(
            type="command",
            command=list(health.exec),
            exit_status=_several(health.exit_status),
            timeout_seconds=health.timeout_seconds,
            within_seconds=health.within_seconds,
        )
    if isinstance(health, LastRunHealth):
        return HealthDocument(type="last_run")
    if isinstance(health, NotifyHealth):
        return HealthDocument(type="notify", within_seconds=health.within_seconds)
    if isinstance(health, SocketHealth):
        return HealthDocument(type="socket", socket=health.socket, within_seconds=health.within_seconds)
    return HealthDocument(type="tcp", address=health.tcp, within_seconds=health.within_seconds)


def marked(document: HealthDocument, meaning: Callable[[str, str], str]) -> HealthDocument:
    """``document`` with ``meaning(text, field)`` in place of each text that may hold placeholders."""
    found: dict[str, Any] = dict(document)
    for key in ("url", "address", "socket"):
        if key in found:
            found[key] = meaning(found[key], f"health.{key}")
    if "headers" in found:
        found["headers"] = {name: meaning(text, f"health.headers.{name}") for name, text in found["headers"].items()}
    if "command" in found:
        found["command"] = [meaning(word, "health.exec") for word in found["command"]]
    return found  # type: ignore[return-value]  # the same keys, and texts for texts


def _http(health: HttpHealth) -> HealthDocument:
    document = HealthDocument(url=health.http, status=health.status, within_seconds=health.within_seconds)
    if health.contains is not None:
        document["contains"] = health.contains
    if health.method != "GET":
        document["method"] = health.method
    if health.headers:
        document["headers"] = dict(sorted(health.headers.items()))
    if health.socket is not None:
        document["socket"] = health.socket
    if health.tls is not None:
        document["tls"] = _tls(health.tls)
    return document


def _tls(tls: HealthTls) -> dict[str, str | bool]:
    """Why nothing is verified is for people, and no business of a host."""
    found: dict[str, str | bool] = tls.model_dump(exclude_none=True, exclude={"not_verified"})
    if tls.not_verified is not None:
        found["verify"] = False
    return found


def _several(found: int | list[int]) -> list[int]:
    return [found] if isinstance(found, int) else list(found)
