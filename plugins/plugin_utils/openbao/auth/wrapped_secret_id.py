# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret_id that was handed over in a wrapping: the first to open it has it, and everybody later knows.

Source: OpenBao documentation, "Response wrapping", which tells to look at the path of creation before opening.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...http.deadline import Deadline
from ..adapter import AnswerAdapter
from ..answer import Answer
from ..caller import Caller
from ..connection import Connection
from ..failure import CredentialsFileError
from ..secret import Secret
from ..session import Session
from .credentials_file import read_credentials
from .identity import login_path
from .token_calls import TokenCalls
from .turn import turn

_KEYS = {"role_id", "wrapped_secret_id"}
#: Opening is one request that must not be repeated: a lost answer is a lost secret_id.
DEADLINE_SECONDS = 30
#: Who opens it already has that time for each of two requests.
TURN_SECONDS = 2 * DEADLINE_SECONDS


class _WrappingToken:
    """The token that opens the wrapping, as a header; good for that alone."""

    credential, login_path = "wrapped secret_id", None

    def __init__(self, token: Secret) -> None:
        self._token = token

    def headers(self) -> dict[str, str]:
        return {"X-Vault-Token": self._token.reveal()}

    def open(self, calls: TokenCalls) -> None:
        """Nothing to do before the first request."""

    def close(self, calls: TokenCalls) -> None:
        """Opening has used the token up."""


def unwrap_secret_id(settings: Mapping[str, object], credentials_file: str) -> bool:
    """Put the secret_id into the file, in the place of its wrapping; False when there was none.

    ``{"role_id", "wrapped_secret_id"}`` becomes ``{"role_id", "secret_id"}``, by one rename, mode 0600. Of processes
    that come at once one opens it, and the others find the secret_id.
    Raises ConnectionSettingsError, CredentialsFileError, ServerError.
    """
    connection = Connection.of(settings)
    if connection.auth.get("method") != "approle" or _wrapped(credentials_file) is None:
        return False
    with turn(credentials_file, TURN_SECONDS):
        document = _wrapped(credentials_file)
        if document is None:
            return False
        _unwrap(document, connection, credentials_file)
    return True


def _unwrap(document: Mapping[str, str], connection: Connection, credentials_file: str) -> None:
    """The file with the secret_id in the place of the wrapping in ``document``."""
    token = Secret(document["wrapped_secret_id"])
    auth = _WrappingToken(token)
    session = Session(connection, auth, Deadline(DEADLINE_SECONDS))
    adapter = AnswerAdapter(
        connection, session, Caller(connection.server.address, connection.namespace, auth.credential, None)
    )
    try:
        _check_origin(adapter, token, connection, credentials_file)
        _replace(credentials_file, document["role_id"], lambda: _open(adapter, credentials_file))
    finally:
        session.close()


def _wrapped(credentials_file: str) -> dict[str, str] | None:
    """What the file holds, if it holds a wrapping. The auth method judges every other file."""
    try:
        document: Any = json.loads(read_credentials(credentials_file))
    except ValueError:
        return None
    if not isinstance(document, dict) or "wrapped_secret_id" not in document:
        return None
    if set(document) != _KEYS or not all(isinstance(value, str) and value for value in document.values()):
        raise CredentialsFileError(
            f'{credentials_file}: not a wrapped credential; write {{"role_id": "…", "wrapped_secret_id": "…"}} only'
        )
    return document


def _check_origin(adapter: AnswerAdapter, token: Secret, connection: Connection, credentials_file: str) -> None:
    """Raises CredentialsFileError unless the wrapping was made around a secret_id of our own auth mount."""
    answer = _asked(adapter, "lookup", credentials_file, {"token": token.reveal()})
    mount = login_path(connection.auth, "approle").removesuffix("/login")
    made_at = answer.data.get("creation_path")
    if not isinstance(made_at, str) or not re.fullmatch(rf"{re.escape(mount)}/role/[^/]+/secret-id", made_at):
        raise CredentialsFileError(
            f"{credentials_file}: its wrapping was not made by {mount}/role/<role>/secret-id, so somebody may have put "
            "another thing in its place; revoke the secret_id of this job, find out who, and wrap a new one"
        )


def _open(adapter: AnswerAdapter, credentials_file: str) -> Secret:
    secret_id = _asked(adapter, "unwrap", credentials_file, {}).data.get("secret_id")
    if not isinstance(secret_id, str) or not secret_id:
        raise CredentialsFileError(f"{credentials_file}: there was no secret_id in the wrapping; wrap a new one")
    return Secret(secret_id)


def _asked(adapter: AnswerAdapter, what: str, credentials_file: str, body: dict[str, str]) -> Answer:
    answer = adapter.request("post", f"/v1/sys/wrapping/{what}", json=body)
    if answer.status != 200:
        raise CredentialsFileError(
            f"{credentials_file}: its wrapping was opened already or has expired; if it was not opened by this job, "
            "revoke the secret_id that was in it; then wrap a new one"
        )
    return answer


def _replace(credentials_file: str, role_id: str, opened: Callable[[], Secret]) -> None:
    """A new file in the place of the old one. Made before the wrapping is opened: opening cannot be repeated."""
    folder, name = Path(credentials_file).parent, Path(credentials_file).name
    try:
        descriptor, new = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    except OSError as error:
        reason = error.strerror
    else:
        reason = None
    if reason:
        raise CredentialsFileError(
            f"{folder}: {reason}; the secret_id takes the place of its wrapping, so make it yours"
        )
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(json.dumps({"role_id": role_id, "secret_id": opened().reveal()}))
        os.replace(new, credentials_file)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise
