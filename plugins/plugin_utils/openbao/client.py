# SPDX-License-Identifier: GPL-3.0-or-later
"""The client: hvac's KV v2 over our session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

import hvac
from hvac.adapters import RawAdapter

from ..secret_ref import SEGMENT, MalformedRefError
from .answer import Answer, Caller, read_answer
from .auth import auth_method
from .connection import Connection
from .deadline import Deadline
from .failure import (
    AbsentVersionError,
    DeletedVersionError,
    DestroyedVersionError,
    ForeignAnswerError,
    MissingMountError,
    MissingPathError,
    OpenBaoError,
    PolicyDeniedError,
    RefusedError,
    UnexpectedVersionError,
)
from .secret_version import SecretVersion
from .session import Session

_PATH = re.compile(rf"{SEGMENT}(/{SEGMENT})*")
_TIME = re.compile(r"[0-9TZ:.+-]{10,40}")


class _AnswerAdapter(RawAdapter):
    """Gives hvac's API classes our answers instead of its exceptions, which quote the server."""

    def __init__(self, *, caller: Caller, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]  # hvac is not typed
        self._caller = caller

    def request(self, *args: Any, **settings: Any) -> Answer:
        settings["raise_exception"] = False
        response = super().request(*args, **settings)  # type: ignore[no-untyped-call]  # hvac is not typed
        return read_answer(response, self._caller)


class _Kv(Protocol):
    """What we use of hvac's KV v2."""

    def read_secret_version(
        self, path: str, version: int | None, mount_point: str, *, raise_on_deleted_version: bool
    ) -> Answer: ...

    def read_secret_metadata(self, path: str, mount_point: str) -> Answer: ...


class OpenBao:
    """A connection to one OpenBao as one role. Made, used and closed in one process; threads may share it."""

    def __init__(self, session: Session, kv: _Kv, server: str) -> None:
        self._session, self._kv, self._server = session, kv, server

    def read(self, mount: str, path: str, version: int | None = None) -> SecretVersion:
        """One version of the secret at ``path``, the newest unless given. One request unless it fails.

        Raises ReadError when this secret cannot be read, ServerError when none can.
        """
        if not (_PATH.fullmatch(mount) and _PATH.fullmatch(path)):
            raise MalformedRefError("not the mount and path of a secret; letters, digits, '_', '-', '.' and '/' only")
        answer = self._kv.read_secret_version(
            path=path, version=version, mount_point=mount, raise_on_deleted_version=False
        )
        if answer.status != 200:
            raise self._refusal(answer, mount, path, version)
        return self._secret_version(answer, mount, path, version)

    def _secret_version(self, answer: Answer, mount: str, path: str, version: int | None) -> SecretVersion:
        data, metadata = _data_and_metadata(answer)
        given = metadata.get("version")
        if not isinstance(data, dict) or type(given) is not int or given < 1:
            raise ForeignAnswerError(self._server, answer.status, f"not the shape of KV v2 at mount {mount!r}")
        if version not in (None, given):
            raise UnexpectedVersionError(_place(mount, path, version), int(version or 0), given)
        return SecretVersion.of(given, data)

    def _refusal(self, answer: Answer, mount: str, path: str, version: int | None) -> OpenBaoError:
        """Why there is no version to give, in words of its own for each reason."""
        place = _place(mount, path, version)
        if answer.status == 403:
            return PolicyDeniedError(place, f"{mount}/data/{path}")
        if answer.status != 404:
            return RefusedError(place, answer.status)
        if any(isinstance(error, str) and error.startswith("no handler for route") for error in answer.errors):
            return MissingMountError(place, mount)
        return _removal(answer, place) or self._absence(mount, path, version)

    def _absence(self, mount: str, path: str, version: int | None) -> OpenBaoError:
        """Tells an absent version from an absent path, which OpenBao does not; costs one read of metadata."""
        if version is None:
            return MissingPathError(_place(mount, path, version))
        status = self._kv.read_secret_metadata(path=path, mount_point=mount).status
        if status == 404:
            return MissingPathError(_place(mount, path, version))
        return AbsentVersionError(_place(mount, path, version), version, is_path_known=status == 200)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def connect(settings: Mapping[str, object], credentials_file: str, *, deadline_seconds: float = 30) -> OpenBao:
    """A client for the ``openbao`` section of a topology; sends nothing yet.

    ``credentials_file`` belongs to the auth method: ``{"role_id", "secret_id"}`` for approle, the bare token for
    token_file. ``deadline_seconds`` runs from here and covers everything the client will do.
    Raises ConnectionSettingsError, CredentialsFileError.
    """
    connection = Connection.of(settings)
    auth = auth_method(connection.auth, credentials_file)
    session = Session(connection, auth, Deadline(deadline_seconds))
    client = hvac.Client(
        url=connection.address,
        token="",  # not None, which would look into VAULT_TOKEN and ~/.vault-token
        namespace=connection.namespace,
        verify=True,  # not None, which would look into VAULT_CACERT
        session=session,
        adapter=_AnswerAdapter,
        caller=Caller(connection.address, connection.namespace, auth.credential),
    )
    return OpenBao(session, client.secrets.kv.v2, connection.address)


def _data_and_metadata(answer: Answer) -> tuple[Any, Mapping[str, Any]]:
    envelope = answer.document.get("data")
    inner: Mapping[str, Any] = envelope if isinstance(envelope, dict) else {}
    metadata = inner.get("metadata")
    return inner.get("data"), metadata if isinstance(metadata, dict) else {}


def _removal(answer: Answer, place: str) -> OpenBaoError | None:
    """What happened to a version that is gone but has left its metadata."""
    _data, metadata = _data_and_metadata(answer)
    version = metadata.get("version")
    if type(version) is not int:
        return None
    if metadata.get("destroyed") is True:
        return DestroyedVersionError(place, version)
    return DeletedVersionError(place, version, _time(metadata.get("deletion_time")))


def _place(mount: str, path: str, version: int | None) -> str:
    return f"bao://{mount}/{path}" + (f"@{version}" if version else "")


def _time(text: object) -> str:
    """A time from the server, if it is nothing but a time."""
    return text if isinstance(text, str) and _TIME.fullmatch(text) else "an unknown time"
