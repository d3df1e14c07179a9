# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the secrets of a repair come from: OpenBao, and only when it is down a sealed bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..bundle import NOTHING_SEEN, BundleLog, Policy, Seen, Use, VerifiedBundle, read_identity, resolution_of
from ..errors import InfraError
from ..openbao import Resolution, connect, resolve
from ..openbao.failure import (
    BusyError,
    DeadlineError,
    FaultyServerError,
    SealedError,
    StandbyError,
    UnreachableError,
    UnresolvedRefsError,
)

#: Nobody there, or not able to serve anybody. A wrong credential, policy or certificate is no reason to open a bundle.
DOWN = (UnreachableError, DeadlineError, SealedError, StandbyError, FaultyServerError, BusyError)


@dataclass(frozen=True)
class Bundled:
    """A bundle that may stand in, and what opens it."""

    path: str
    identity: str
    section: Mapping[str, object] | None
    """``topology_break_glass``."""
    seen: Seen = NOTHING_SEEN
    """What the chain of the host tells of the bundles it has had."""


@dataclass(frozen=True)
class Supply:
    """Values for the refs of a host, and where they are from."""

    resolution: Resolution
    source: str
    """``openbao``, or the path of the bundle."""
    verified: VerifiedBundle | None = None
    """To be marked as used once the host is repaired."""

    def record(self) -> dict[str, Any]:
        """For the break-glass log: which versions, never a value."""
        refs = sorted(secret.pinned for secret in self.resolution.secrets.values())
        return {"source": self.source, "refs": refs}


def supply(
    openbao: Mapping[str, object], credentials_file: str | None, bundled: Bundled | None, log: BundleLog, use: Use
) -> Supply:
    """The values of ``use.needs``: from OpenBao, or when that is down from the bundle, verified for this use now.

    Raises InfraError: OpenBao refused us, it is down and there is no bundle, or the bundle was refused by name.
    """
    try:
        return Supply(_from_openbao(openbao, credentials_file, use), "openbao")
    except InfraError as error:
        if not is_down(error):
            raise
        if bundled is None:
            hint = (
                "or give a sealed bundle: -e bundle=FILE -e identity=FILE; repair=restart and rollback need no secret"
            )
            raise InfraError(f"{error}; {hint}") from None
        return open_from(bundled, log, use)


def is_down(error: InfraError) -> bool:
    """OpenBao cannot serve anybody; the error may be one of a batch."""
    failures = error.failures if isinstance(error, UnresolvedRefsError) else (error,)
    return bool(failures) and all(isinstance(failure, DOWN) for failure in failures)


def open_from(bundled: Bundled, log: BundleLog, use: Use) -> Supply:
    """The values of ``use.needs`` from the bundle, which must be fit for this use now.

    Raises BundleRefusedError, recorded in the chain; IdentityError.
    """
    verified = log.verified(bundled.path, use, Policy.of(bundled.section), dt.datetime.now(dt.UTC), bundled.seen)
    values = log.opened(verified, use, read_identity(bundled.identity))
    return Supply(resolution_of(values, use.needs), bundled.path, verified)


def bundle_log(log_file: str) -> BundleLog:
    """The break-glass log of the controller, as bundles see it."""
    return BundleLog(Path(log_file))


def _from_openbao(openbao: Mapping[str, object], credentials_file: str | None, use: Use) -> Resolution:
    if not use.needs:
        return Resolution({}, reads=0)
    if not credentials_file:
        raise InfraError("openbao_credentials_file: the host has secret refs; give -e openbao_credentials_file=FILE")
    # At three in the morning a root token is better than no repair; the log says who used it.
    with connect(openbao, credentials_file, allow_broad=True) as client:
        return resolve(client, use.needs)
