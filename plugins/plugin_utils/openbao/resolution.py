# SPDX-License-Identifier: GPL-3.0-or-later
"""Many refs to values: each distinct path and version is read once, and every failure comes out at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import InfraError
from ..http.pool import MAX_CONNECTIONS
from ..secret_ref import MalformedRefError, SecretRef
from .client import OpenBao
from .failure import OpenBaoError, PlaceError, ReadError, ServerError, UnresolvedRefsError
from .kv.secret_version import SecretVersion
from .secret import Secret

#: Mount, path, version; 0 is the newest.
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class ResolvedSecret:
    """A ref as it was given, the version that was read, and its opaque value."""

    ref: str
    version: int
    value: Secret

    @property
    def pinned(self) -> str:
        """The ref with the version that was read."""
        return str(SecretRef.parse(self.ref).pinned(self.version))


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a batch of refs resolved to, in the order given."""

    secrets: Mapping[str, ResolvedSecret]
    reads: int
    """Distinct places that were read, one request each."""


def resolve(openbao: OpenBao, refs: Iterable[str]) -> Resolution:
    """The values of ``refs``, all or none.

    Raises UnresolvedRefsError with every failure; a failure of the server stands once, not once per ref.
    """
    wanted = _parsed(refs)
    reader = _Batch(openbao)
    outcomes = reader.read_all(sorted({_place(ref) for ref in wanted.values()}))
    if reader.server_failure is not None:
        raise UnresolvedRefsError([reader.server_failure], unread=reader.unread)
    secrets: dict[str, ResolvedSecret] = {}
    failures: list[InfraError] = []
    for text, ref in wanted.items():
        outcome = _resolved(text, ref, outcomes[_place(ref)])
        if isinstance(outcome, ResolvedSecret):
            secrets[text] = outcome
        else:
            failures.append(outcome)
    if failures:
        raise UnresolvedRefsError(failures)
    return Resolution(MappingProxyType(secrets), reads=len(outcomes))


class _Batch:
    """Reads places side by side until the server as a whole fails."""

    def __init__(self, openbao: OpenBao) -> None:
        self._openbao = openbao
        self.server_failure: ServerError | None = None
        self.unread = 0

    def read_all(self, places: list[Place]) -> dict[Place, SecretVersion | OpenBaoError]:
        """What each place gave.

        The first goes alone: a wrong credential then costs one failed login instead of one per thread, and
        OpenBao locks a role after five.
        """
        first, others = places[:1], places[1:]
        outcomes = [self._read(place) for place in first]
        if others:
            with ThreadPoolExecutor(_connections(len(others))) as threads:
                outcomes += threads.map(self._read, others)
        return dict(zip(places, outcomes, strict=True))

    def _read(self, place: Place) -> SecretVersion | OpenBaoError:
        if self.server_failure is not None:
            self.unread += 1
            return self.server_failure
        mount, path, version = place
        try:
            return self._openbao.read(mount, path, version or None)
        except PlaceError as failure:
            return failure
        except ServerError as failure:
            self.server_failure = failure
            return failure


def _connections(reads: int) -> int:
    """A TLS handshake costs about as much as five reads, so each connection must have some to do (on loopback)."""
    return min(1 + reads // 8, MAX_CONNECTIONS)


def _parsed(refs: Iterable[str]) -> dict[str, SecretRef]:
    """The refs by their text, each once. A malformed one is named by its place in the list, as it may be a secret."""
    wanted: dict[str, SecretRef] = {}
    failures: list[InfraError] = []
    for number, text in enumerate(refs, start=1):
        try:
            wanted[text] = SecretRef.parse(text)
        except MalformedRefError as failure:
            failures.append(MalformedRefError(f"ref {number}: {failure}"))
    if failures:
        raise UnresolvedRefsError(failures)
    return wanted


def _place(ref: SecretRef) -> Place:
    return ref.mount, ref.path, ref.version or 0


def _resolved(text: str, ref: SecretRef, outcome: SecretVersion | OpenBaoError) -> ResolvedSecret | OpenBaoError:
    if isinstance(outcome, OpenBaoError):
        return outcome
    try:
        return ResolvedSecret(text, outcome.version, outcome.secret(ref.key, text))
    except ReadError as failure:
        return failure
