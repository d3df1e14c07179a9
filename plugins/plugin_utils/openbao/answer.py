# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer of OpenBao, as opposed to anything else that may answer on its port."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..http.reply import Reply
from .caller import Caller
from .failure import (
    BusyError,
    CredentialRefusedError,
    FaultyServerError,
    ForeignAnswerError,
    MissingNamespaceError,
    RedirectedError,
    SealedError,
    ServerError,
    UnfitIdentityError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON object; the object may hold secrets and does not show."""

    status: int
    document: Mapping[str, Any] = field(repr=False)

    @property
    def data(self) -> Mapping[str, Any]:
        """The ``data`` of the answer, empty if there is none."""
        data = self.document.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def keys(self) -> tuple[str, ...]:
        """The names in a listing, sorted."""
        keys = self.data.get("keys")
        return tuple(sorted(key for key in keys if isinstance(key, str))) if isinstance(keys, list) else ()

    @property
    def errors(self) -> list[Any]:
        """What the server complains about; only for comparison with known phrases."""
        errors = self.document.get("errors")
        return errors if isinstance(errors, list) else []


def read_answer(reply: Reply, caller: Caller) -> Answer:
    """The answer in ``reply``. Raises ServerError for whatever does not depend on the path we asked for."""
    answer = _parsed(reply, caller.server)
    failure = _server_failure(answer, reply, caller)
    if failure is not None:
        raise failure
    return answer


def is_sealed(reply: Reply) -> bool:
    """Whether this is OpenBao saying that it is sealed; measured on 2.7.2."""
    return reply.status_code == 503 and document_of(reply).get("errors") in (
        ["Vault is sealed"],
        ["OpenBao is sealed"],
    )


def _parsed(reply: Reply, server: str) -> Answer:
    status = reply.status_code
    if 300 <= status < 400:
        raise RedirectedError(server, status)
    document = document_of(reply)
    if document or _may_be_empty(reply):
        return Answer(status, document)
    if status in (502, 503, 504):
        raise FaultyServerError(server, status)
    if status == 429:
        raise BusyError(server)
    raise ForeignAnswerError(server, status, "no JSON object")


def _may_be_empty(reply: Reply) -> bool:
    """Whether OpenBao answers so without a body: a write that gives nothing, a patch of nothing (measured, 2.7.2)."""
    is_patch_of_nothing = reply.status_code == 404 and reply.method == "PATCH"
    return not reply.content and (reply.status_code == 204 or is_patch_of_nothing)


def document_of(reply: Reply) -> Mapping[str, Any]:
    """The JSON object of a reply, empty if there is none."""
    if reply.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        return {}
    try:
        document = json.loads(reply.content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _server_failure(answer: Answer, reply: Reply, caller: Caller) -> ServerError | None:
    """What is wrong with the server, or with us in its eyes, if anything."""
    if is_sealed(reply):
        return SealedError(caller.server)
    if answer.status == 429:
        return BusyError(caller.server)
    if answer.status >= 500:
        return FaultyServerError(caller.server, answer.status)
    return _credential_failure(answer, reply, caller)


def _credential_failure(answer: Answer, reply: Reply, caller: Caller) -> ServerError | None:
    """Who is refused whatever the path, by phrases measured on 2.7.2.

    A policy that lacks a capability says "1 error occurred: ..."; bare words mean no such token.
    """
    is_unknown = answer.status == 403 and answer.errors in (["permission denied"], ["bad token"])
    if is_unknown or reply.headers.get("X-Vault-Inline-Auth-Failed") == "true":
        return CredentialRefusedError(caller)
    if answer.status == 400 and answer.errors == ["Forbidden"]:
        return UnfitIdentityError(caller)
    if answer.status == 404 and answer.errors == ["namespace not found"]:
        return MissingNamespaceError(caller.server, caller.namespace)
    return None
