# SPDX-License-Identifier: GPL-3.0-or-later
"""Where OpenBao is and how we prove who we are: the ``openbao`` section of a topology, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..http.server import Server, ServerSettingsError
from .failure import ConnectionSettingsError

_KNOWN = frozenset({"address", "mount", "namespace", "ca_file", "auth"})


@dataclass(frozen=True, slots=True)
class Connection:
    """A checked connection."""

    server: Server
    namespace: str | None
    auth: Mapping[str, str]

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Connection:
        """The connection of plain ``settings``. Raises ConnectionSettingsError."""
        unknown = sorted(str(name) for name in settings if name not in _KNOWN)
        if unknown:
            raise ConnectionSettingsError(f"openbao: unknown setting {', '.join(unknown)}; known: {sorted(_KNOWN)}")
        auth = settings.get("auth")
        if not isinstance(auth, Mapping):
            raise ConnectionSettingsError("openbao.auth: must be a mapping with a method; see the topology schema")
        return cls(
            server=_server(settings),
            namespace=_text(settings, "namespace"),
            auth={str(name): str(value) for name, value in auth.items() if value is not None},
        )


def _server(settings: Mapping[str, object]) -> Server:
    address, ca_file = _text(settings, "address") or "", _text(settings, "ca_file")
    try:
        return Server.of("OpenBao", "openbao", address, ca_file)
    except ServerSettingsError as wrong:
        raise ConnectionSettingsError(str(wrong)) from None


def _text(settings: Mapping[str, object], name: str) -> str | None:
    value = settings.get(name)
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    raise ConnectionSettingsError(f"openbao.{name}: must be a string")
