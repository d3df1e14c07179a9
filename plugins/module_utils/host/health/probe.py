# SPDX-License-Identifier: GPL-3.0-or-later
"""One question to one unit: whether it is healthy now, and if not, what it did instead."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

from ..systemd import systemd
from . import command
from .check import Check, CommandCheck, HttpCheck, NotifyCheck, SocketCheck, TcpCheck

if TYPE_CHECKING:
    import ssl

BODY_BYTES = 1 << 16
#: The least that is waited for an answer, however little time is left.
LEAST_SECONDS = 0.1
_LOOPBACK = ("127.0.0.1", "::1")
_NOTIFIED = ("ActiveState", "ActiveEnterTimestampMonotonic", "WatchdogTimestampMonotonic", "WatchdogUSec")
#: What tells of the runs of a job.
RUN = ("ActiveState", "Result", "ExecMainStatus", "ExecMainStartTimestampMonotonic")


def probe(unit: str, check: Check, within_seconds: float) -> str | None:
    """None when ``unit`` is healthy, else what it did instead; the answer comes in ``within_seconds``."""
    seconds = max(LEAST_SECONDS, within_seconds)
    if isinstance(check, HttpCheck):
        return _http(check, seconds)
    if isinstance(check, TcpCheck):
        return _tcp(check.address, seconds)
    if isinstance(check, SocketCheck):
        return _taken(socket.AF_UNIX, check.socket, seconds)
    if isinstance(check, CommandCheck):
        return command.ended(unit, check, min(seconds, check.timeout_seconds))
    if isinstance(check, NotifyCheck):
        return _notified(unit)
    return last_run(systemd.show([unit], RUN)[unit])


def last_run(shown: systemd.Properties, since: float = 0.0) -> str | None:
    """How the last run of a job failed; None when it did not, or began before ``since`` on the monotonic clock."""
    began = int(shown.get("ExecMainStartTimestampMonotonic") or 0) / 1e6
    if shown.get("Result", "success") == "success" or began < since:
        return None
    return f"ended with {shown['Result']} (status {shown.get('ExecMainStatus', '?')}), not with success"


def is_new(shown: systemd.Properties) -> bool:
    """A job did not run since the host was started, as far as systemd knows."""
    return shown.get("ExecMainStartTimestampMonotonic", "0") in ("", "0") and shown.get("ActiveState") == "inactive"


def _http(check: HttpCheck, seconds: float) -> str | None:
    # Here and not above: a guard starts without it.
    from .get import FAILURES, Way, get  # noqa: PLC0415

    length = 0 if check.contains is None else BODY_BYTES  # who is not asked for a body may send one for ever
    try:
        way = Way(_trust(check), check.tls.get("server_name"), check.socket)
    except OSError as error:
        return f"cannot be asked ({check.tls.get('ca_file')}: {error.strerror or 'holds no certificate'})"
    try:
        status, body = get(check.url, seconds, length, check.headers, way, check.method)
    except FAILURES as error:
        refused = getattr(error, "verify_message", None)
        return f"shows a certificate that is refused ({refused})" if refused else f"gave no answer ({_kind(error)})"
    if status not in check.statuses:
        return f"answered {status}, not {' or '.join(map(str, check.statuses))}"
    is_there = check.contains is None or check.contains.encode() in body
    return None if is_there else f"answered {status} without {check.contains!r}"


def _trust(check: HttpCheck) -> ssl.SSLContext | None:
    """What to verify a certificate with; None when there is none, or those the host trusts will do."""
    if not check.tls:
        return None
    import ssl  # noqa: PLC0415  # few services have certificates of their own

    context = ssl.create_default_context(cafile=check.tls.get("ca_file"))
    if not check.tls.get("verify", True):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _tcp(address: str, seconds: float) -> str | None:
    """A name would be asked of a resolver, which may take its time."""
    host, _colon, port = address.rpartition(":")
    places = _LOOPBACK if host == "localhost" else (host.strip("[]"),)
    until = time.monotonic() + seconds
    answer: str | None = None
    for place in places:
        family = socket.AF_INET6 if ":" in place else socket.AF_INET
        answer = _taken(family, (place, int(port)), max(LEAST_SECONDS, until - time.monotonic()))
        if answer is None:
            return None
    return answer


def _taken(family: socket.AddressFamily, place: Any, seconds: float) -> str | None:
    """None when a connection to ``place`` is taken."""
    try:
        with socket.socket(family) as connection:
            connection.settimeout(seconds)
            connection.connect(place)
    except OSError as error:
        return f"took no connection ({_kind(error)})"
    return None


def _kind(error: Exception) -> str:
    """The kind of failure only: words of a server are not ours to repeat."""
    return type(error).__name__


def _notified(unit: str) -> str | None:
    shown = systemd.show([unit], _NOTIFIED)[unit]
    if shown.get("ActiveState") not in systemd.UP:
        return f"did not hear READY=1 from it ({shown.get('ActiveState', 'unknown')})"
    if shown.get("WatchdogUSec") in (None, "", "0", "infinity"):
        return None
    up, fed = (int(shown.get(key) or 0) for key in _NOTIFIED[1:3])
    return None if fed > up else f"did not hear WATCHDOG=1 from it since it is up (WatchdogSec={shown['WatchdogUSec']})"
