# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a server gave no answer, or cannot be asked. Messages hold addresses and times only, no text of a server."""

from __future__ import annotations

from ..errors import InfraError
from .server import Server

#: Of a write whose answer never came. Writes are never repeated.
_UNKNOWN = ", and whether it did what was asked is unknown"


class NoAnswerError(InfraError):
    """There was no complete answer."""


class UnreachableError(NoAnswerError):
    """No connection, or it broke, as often as we tried."""

    def __init__(self, server: Server, reason: str, *, is_write: bool) -> None:
        unknown = _UNKNOWN if is_write else ""
        super().__init__(
            f"{server.address}: cannot be reached ({reason}){unknown}; "
            f"check that {server.service} runs there and the network to it"
        )


class DeadlineError(NoAnswerError):
    """The total deadline passed."""

    def __init__(self, server: Server, seconds: float, *, is_write: bool) -> None:
        unknown = _UNKNOWN if is_write else ""
        super().__init__(
            f"{server.address}: no complete answer within {seconds:g} s{unknown}; check its load and the network to it"
        )


class UntrustedServerError(NoAnswerError):
    """TLS did not prove who the server is."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server.address}: its TLS identity cannot be proven with {server.ca_name}; "
            f"check {server.section}.ca_file, the name in the certificate and that the port speaks TLS"
        )
