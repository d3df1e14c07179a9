# SPDX-License-Identifier: GPL-3.0-or-later
"""The one server a session speaks to."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ..errors import InfraError


class ServerSettingsError(InfraError):
    """The settings of a server are wrong; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Server:
    """``service`` and ``section`` (OpenBao, openbao) are for messages; ``address`` is an origin."""

    service: str
    section: str
    address: str
    host: str
    port: int
    is_tls: bool
    ca_file: str | None

    @classmethod
    def of(cls, service: str, section: str, address: str, ca_file: str | None) -> Server:
        """From what ``<section>.address`` and ``<section>.ca_file`` say. Raises ServerSettingsError."""
        url = _origin(section, address)
        is_tls = url.scheme == "https"
        port = url.port or (443 if is_tls else 80)
        return cls(service, section, f"{url.scheme}://{url.netloc}", str(url.hostname), port, is_tls, ca_file)

    @property
    def origin(self) -> str:
        """Host and port as the address has them, for the header Host."""
        return self.address.partition("//")[2]

    @property
    def ca_name(self) -> str:
        """What to call the CAs in a message."""
        return f"CA {self.ca_file!r}" if self.ca_file else "the system's CAs"


def _origin(section: str, address: str) -> SplitResult:
    """The parts of an address that is an origin, over TLS unless it stays on this machine."""
    try:
        url = urlsplit(address)
        port_is_fine = url.port is None or url.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc:
        raise ServerSettingsError(f"{section}.address: not a URL of a server; write https://<host>:<port>")
    if url.path.strip("/") or url.query or url.fragment:
        raise ServerSettingsError(
            f"{section}.address: has more than scheme, host and port; write https://<host>:<port>"
        )
    if url.scheme == "http" and not _is_loopback(url.hostname):
        raise ServerSettingsError(
            f"{section}.address: plain http to {url.hostname!r} would show every secret to the network; use https"
        )
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
