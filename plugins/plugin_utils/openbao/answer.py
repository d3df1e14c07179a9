# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer of OpenBao, told from everything else that may answer on its port."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from .failure import (
    BusyError,
    CredentialRefusedError,
    FaultyServerError,
    ForeignAnswerError,
    MissingNamespaceError,
    RedirectedError,
    SealedError,
    ServerError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON object; the object may hold secrets and does not show."""

    status: int
    document: Mapping[str, Any] = field(repr=False)

    @property
    def errors(self) -> list[Any]:
        """What the server complains about; only for comparison with known phrases."""
        errors = self.document.get("errors")
        return errors if isinstance(errors, list) else []


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asked, for the words of a failure."""

    server: str
    namespace: str | None
    credential: str


def read_answer(response: requests.Response, caller: Caller) -> Answer:
    """The answer in ``response``. Raises ServerError for whatever does not depend on the path we asked for."""
    answer = _parsed(response, caller.server)
    failure = _server_failure(answer, response, caller)
    if failure is not None:
        raise failure
    return answer


def is_sealed(response: requests.Response) -> bool:
    """Whether this is OpenBao saying that it is sealed; measured on 2.7.2."""
    return response.status_code == 503 and _document(response).get("errors") in (
        ["Vault is sealed"],
        ["OpenBao is sealed"],
    )


def _parsed(response: requests.Response, server: str) -> Answer:
    status = response.status_code
    if 300 <= status < 400:
        raise RedirectedError(server, status)
    document = _document(response)
    if document:
        return Answer(status, document)
    if status in (502, 503, 504):
        raise FaultyServerError(server, status)
    if status == 429:
        raise BusyError(server)
    raise ForeignAnswerError(server, status, "no JSON object")


def _document(response: requests.Response) -> Mapping[str, Any]:
    """The JSON object of a response, empty if there is none."""
    if response.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        return {}
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _server_failure(answer: Answer, response: requests.Response, caller: Caller) -> ServerError | None:
    """What is wrong with the server, or with us in its eyes, if anything. Phrases measured on 2.7.2."""
    if is_sealed(response):
        return SealedError(caller.server)
    if answer.status == 429:
        return BusyError(caller.server)
    if answer.status >= 500:
        return FaultyServerError(caller.server, answer.status)
    # A policy that lacks a capability says "1 error occurred: ..."; bare words mean no such token.
    is_unknown = answer.status == 403 and answer.errors in (["permission denied"], ["bad token"])
    if is_unknown or response.headers.get("X-Vault-Inline-Auth-Failed") == "true":
        return CredentialRefusedError(caller.server, caller.credential)
    if answer.status == 404 and answer.errors == ["namespace not found"]:
        return MissingNamespaceError(caller.server, caller.namespace)
    return None
