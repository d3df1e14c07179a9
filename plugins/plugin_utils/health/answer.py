# SPDX-License-Identifier: GPL-3.0-or-later
"""What endpoints answer. One GET each: nothing is followed, no proxy, no credential, and never another URL instead."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

from ...module_utils.host.health.get import FAILURES, Way, get
from ..errors import InfraError
from .endpoint import SUCCEEDS, Endpoint

HEALTHY = "healthy"
UNHEALTHY = "unhealthy"
#: Everybody's service is ill: reported, no reason to stop what is ours, and nothing local takes its place.
SKIPPED = "skipped-shared-5xx"
NOT_ASKED = "not-asked"
SERVER_ERRORS = range(500, 600)
PARALLEL = 16


class EndpointHealth(TypedDict):
    """One endpoint; ``why`` says why it is not healthy."""

    asset: str
    role: str
    is_shared: bool
    url: str | None
    status: int | None
    state: str
    why: str | None


def endpoint_health(asked: Iterable[Endpoint], ca_file: str | None, within_seconds: float) -> list[EndpointHealth]:
    """The health of every endpoint, in their order, asked side by side. Raises InfraError on an unusable CA file."""
    trust = {True: _trust(ca_file), False: _no_trust()}
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        return list(pool.map(lambda one: _judged(one, trust[one.verify_tls], within_seconds), asked))


def _judged(one: Endpoint, trust: ssl.SSLContext, within_seconds: float) -> EndpointHealth:
    if one.url is None:
        return _health(one, None, NOT_ASKED, one.why_not)
    try:
        status, _body = get(one.url, within_seconds, headers=_headers(one), way=Way(trust=trust))
    except FAILURES as error:
        return _health(one, None, UNHEALTHY, f"gave no answer ({_reason(error)})")
    if status in one.wanted:
        return _health(one, status, HEALTHY, None)
    wanted = "2xx" if one.wanted is SUCCEEDS else "less than 500"
    state = SKIPPED if one.is_shared and status in SERVER_ERRORS else UNHEALTHY
    return _health(one, status, state, f"answered {status}, not {wanted}")


def _health(one: Endpoint, status: int | None, state: str, why: str | None) -> EndpointHealth:
    return EndpointHealth(
        asset=one.asset, role=one.role, is_shared=one.is_shared, url=one.url, status=status, state=state, why=why
    )


def _headers(one: Endpoint) -> dict[str, str]:
    return {"Host": one.host_header} if one.host_header else {}


def _reason(error: Exception) -> str:
    """The kind of failure only: words of a server are not ours to repeat."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate refused: {error.verify_message}"
    return getattr(error, "strerror", None) or type(error).__name__


def _trust(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise InfraError(f"{ca_file}: {error.strerror or 'holds no certificate'}; name a PEM file of your CA") from None


def _no_trust() -> ssl.SSLContext:
    """For the one dependency whose topology says ``verify_tls: false``."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
