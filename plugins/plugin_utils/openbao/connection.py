# SPDX-License-Identifier: GPL-3.0-or-later
"""Where OpenBao is and how we prove who we are: the ``openbao`` section of a topology, checked."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from .failure import ConnectionSettingsError

_KNOWN = frozenset({"address", "mount", "namespace", "ca_file", "auth"})


@dataclass(frozen=True, slots=True)
class Connection:
    """A checked connection; ``address`` is an origin without a trailing slash."""

    address: str
    host: str
    port: int
    is_tls: bool
    namespace: str | None
    ca_file: str | None
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
        url = _origin(_text(settings, "address") or "")
        return cls(
            address=f"{url.scheme}://{url.netloc}",
            host=str(url.hostname),
            port=url.port or (443 if url.scheme == "https" else 80),
            is_tls=url.scheme == "https",
            namespace=_text(settings, "namespace"),
            ca_file=_text(settings, "ca_file"),
            auth={str(name): str(value) for name, value in auth.items() if value is not None},
        )


def _text(settings: Mapping[str, object], name: str) -> str | None:
    value = settings.get(name)
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    raise ConnectionSettingsError(f"openbao.{name}: must be a string")


def _origin(address: str) -> SplitResult:
    """The parts of an address that is an origin, over TLS unless it stays on this machine."""
    try:
        url = urlsplit(address)
        port_is_fine = url.port is None or url.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc:
        raise ConnectionSettingsError("openbao.address: not a URL of a server; write https://<host>:<port>")
    if url.path.strip("/") or url.query or url.fragment:
        raise ConnectionSettingsError(
            "openbao.address: has more than scheme, host and port; write https://<host>:<port>"
        )
    if url.scheme == "http" and not _is_loopback(url.hostname):
        raise ConnectionSettingsError(
            f"openbao.address: plain http to {url.hostname!r} would show every secret to the network; use https"
        )
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
