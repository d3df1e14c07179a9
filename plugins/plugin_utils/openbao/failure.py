# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong between a ref and its value, each with its own words.

Messages are built from addresses, refs, versions, times and counts only; text of a server is compared with
known phrases, never repeated.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import InfraError
from ..http import failure as http
from .caller import Caller


class OpenBaoError(InfraError):
    """Any failure of the OpenBao client."""


class ConnectionSettingsError(OpenBaoError):
    """The connection itself is wrong; nothing was sent."""


class CredentialsFileError(OpenBaoError):
    """The credentials file is not one that only its owner can read, or not what the method needs."""


class ServerError(OpenBaoError):
    """The server as a whole cannot be used; asking for another secret would not help."""


class UnreachableError(ServerError):
    """No connection, or it broke, as often as we tried."""


class DeadlineError(ServerError):
    """The total deadline passed."""


class UntrustedServerError(ServerError):
    """TLS did not prove who the server is."""


class RedirectedError(ServerError):
    """The server answered with a redirect. Following it would hand our credential to someone else."""

    def __init__(self, server: str, status: int) -> None:
        super().__init__(
            f"{server}: answered with a redirect ({status}), which is never followed; "
            "set openbao.address to the address of the active server"
        )


class StandbyError(ServerError):
    """A standby without an active server: it redirects whatever it cannot do itself (measured on 2.7.2)."""

    def __init__(self, server: str) -> None:
        super().__init__(
            f"{server}: is a standby that cannot forward logins and writes to the active server; "
            "check that one is active, or set openbao.address to it"
        )


class SealedError(ServerError):
    """The server is up and sealed."""

    def __init__(self, server: str) -> None:
        super().__init__(f"{server}: OpenBao is sealed; unseal it (bao operator unseal) and run again")


class BusyError(ServerError):
    """429 to the last try."""

    def __init__(self, server: str) -> None:
        super().__init__(f"{server}: too many requests (429), also after waiting; raise the rate limit quota or wait")


class FaultyServerError(ServerError):
    """An answer OpenBao gives only when it, or what it stands on, is in trouble."""

    def __init__(self, server: str, status: int) -> None:
        super().__init__(f"{server}: failed with status {status}; see the server's log")


class ForeignAnswerError(ServerError):
    """The answer is not one OpenBao would give."""

    def __init__(self, server: str, status: int, what: str) -> None:
        super().__init__(
            f"{server}: not an OpenBao answer (status {status}, {what}); check openbao.address and proxies before it"
        )


class CredentialRefusedError(ServerError):
    """Who we say we are is not believed."""

    def __init__(self, caller: Caller) -> None:
        where = f", or there is no such role or nothing at {caller.login_path!r}" if caller.login_path else ""
        super().__init__(f"{caller.server}: the {caller.credential} is invalid or expired{where}; renew it")


class UnfitIdentityError(ServerError):
    """A templated policy would put a name with "*" or "/" into a path (400 "Forbidden", measured on 2.7.2)."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(
            f"{caller.server}: the {caller.credential} belongs to an identity whose name contains '*' or '/'; a "
            "templated policy cannot use it in a path, use another name"
        )


class BroadCredentialError(ServerError):
    """The credential grants far more than our work needs."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(
            f"{server}: the credential is too broad, it has {what}; "
            "give it only what its work needs, root is for break-glass alone"
        )


class ShortLivedCredentialError(ServerError):
    """The token would end in the middle of the work."""

    def __init__(self, server: str, ttl_seconds: int, needed_seconds: float) -> None:
        super().__init__(
            f"{server}: the token lives {ttl_seconds} s, less than the {needed_seconds:.0f} s this may take; "
            "renew it or raise the TTL of its role"
        )


class TokenLeftError(ServerError):
    """The token of a login could not be revoked."""

    def __init__(self, server: str, ttl_seconds: int, why: str) -> None:
        super().__init__(f"{server}: the token of this login was not revoked and lives up to {ttl_seconds} s; {why}")

    def stand_beside(self, error: BaseException) -> None:
        """Let the first failure stay the one that is raised; the edges show its text, so ours goes there."""
        if isinstance(error, InfraError):
            error.args = (f"{error}\n{self}",)
        else:
            error.add_note(str(self))


class MissingNamespaceError(ServerError):
    """The namespace of the connection does not exist."""

    def __init__(self, server: str, namespace: str | None) -> None:
        super().__init__(f"{server}: namespace {namespace!r} does not exist; create it or correct openbao.namespace")


class PlaceError(OpenBaoError):
    """One path cannot be read or written; others may be fine."""


class PolicyDeniedError(PlaceError):
    """The credential is good, its policies do not allow this."""

    def __init__(self, place: str, capability: str, policy_path: str) -> None:
        super().__init__(
            f"{place}: policy lacks {capability} on {policy_path!r} (or no such mount); "
            "grant it to the role of this credential"
        )


class MissingMountError(PlaceError):
    """Nothing is mounted there."""

    def __init__(self, place: str, mount: str) -> None:
        super().__init__(f"{place}: there is no mount {mount!r}; enable a KV v2 engine there or correct the ref")


class MissingPathError(PlaceError):
    """The mount exists, the secret does not."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: there is no secret at this path; write it or correct the ref")


class RefusedError(PlaceError):
    """A status that has no words of its own."""

    def __init__(self, place: str, status: int) -> None:
        self.status = status
        super().__init__(f"{place}: refused with status {status}; see the server's log")


class WithoutTokenError(PlaceError):
    """Inline auth makes no token, so it cannot ask about one (400, measured on 2.7.2)."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: inline auth has no token that could be asked about; use session: login for this")


class WriteError(PlaceError):
    """Only writes fail like this."""


class CasConflictError(WriteError):
    """Somebody else wrote a version in between; nothing was written."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: was changed by somebody else meanwhile, so nothing was written; run again")


class ReadError(PlaceError):
    """Only reads of values fail like this."""


class AbsentVersionError(ReadError):
    """This version was never written, or is too old to be kept."""

    def __init__(self, place: str, version: int, *, is_path_known: bool) -> None:
        what = f"version {version} does not exist" if is_path_known else f"no such path, or no version {version} of it"
        super().__init__(f"{place}: {what}; no other version is taken for it; correct the ref")


class DeletedVersionError(ReadError):
    """Soft-deleted."""

    def __init__(self, place: str, version: int, time: str) -> None:
        super().__init__(f"{place}: version {version} was deleted at {time}; undelete it or write a new version")


class DestroyedVersionError(ReadError):
    """Gone for good."""

    def __init__(self, place: str, version: int) -> None:
        super().__init__(f"{place}: version {version} was destroyed; write a new version and correct the ref")


class UnexpectedVersionError(ReadError):
    """The server gave another version than the one we asked for."""

    def __init__(self, place: str, version: int, given: int) -> None:
        super().__init__(f"{place}: asked for version {version}, got version {given}; nothing was used")


class MissingKeyError(ReadError):
    """The secret has no such key."""

    def __init__(self, ref: str, version: int) -> None:
        super().__init__(f"{ref}: version {version} has no such key; write it or correct the ref")


class EmptyValueError(ReadError):
    """An empty string is never a secret."""

    def __init__(self, ref: str, version: int) -> None:
        super().__init__(f"{ref}: the value in version {version} is empty; write one")


class NotAStringError(ReadError):
    """Numbers, lists and objects have no one spelling; a secret is a string."""

    def __init__(self, ref: str, version: int, kind: str) -> None:
        super().__init__(f"{ref}: the value in version {version} is a {kind}, not a string; write it as a string")


class UnresolvedRefsError(OpenBaoError):
    """Every failure of one resolution, one per line."""

    def __init__(self, failures: Iterable[InfraError], unread: int = 0) -> None:
        self.failures = tuple(failures)
        lines = list(dict.fromkeys(str(failure) for failure in self.failures))
        if unread:
            lines.append(f"{unread} more secret(s) were not read because of this")
        super().__init__("\n".join(lines))


def no_answer(error: http.NoAnswerError) -> ServerError:
    """The failure of a session, as one of ours."""
    kinds: dict[type[http.NoAnswerError], type[ServerError]] = {
        http.UnreachableError: UnreachableError,
        http.DeadlineError: DeadlineError,
        http.UntrustedServerError: UntrustedServerError,
    }
    return kinds[type(error)](str(error))
