# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of a KV v2 engine mean, measured on 2.7.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..answer import Answer
from ..failure import (
    CasConflictError,
    DeletedVersionError,
    DestroyedVersionError,
    MissingMountError,
    OpenBaoError,
    PolicyDeniedError,
    RefusedError,
)
from .server_time import time_of

_CAS_CONFLICT = "check-and-set parameter did not match the current version"


def data_and_metadata(answer: Answer) -> tuple[Any, Mapping[str, Any]]:
    """The values of a version, and what is said about it."""
    metadata = answer.data.get("metadata")
    return answer.data.get("data"), metadata if isinstance(metadata, dict) else {}


def refusal(answer: Answer, place: str, capability: str, policy_path: str) -> OpenBaoError | None:
    """Why a call was refused, unless that is because there is nothing at the path (None)."""
    if answer.status == 403:
        return PolicyDeniedError(place, capability, policy_path)
    if answer.status == 400 and answer.errors == [_CAS_CONFLICT]:
        return CasConflictError(place)
    if answer.status != 404:
        return RefusedError(place, answer.status)
    if is_without_mount(answer):
        return MissingMountError(place, policy_path.partition("/")[0])
    return None


def check_absence(answer: Answer, place: str, capability: str, policy_path: str) -> None:
    """Nothing is there, or raise the reason why we cannot know."""
    failure = refusal(answer, place, capability, policy_path)
    if failure is not None:
        raise failure


def is_without_mount(answer: Answer) -> bool:
    """Whether nothing is mounted where we asked."""
    return any(isinstance(error, str) and error.startswith("no handler for route") for error in answer.errors)


def removal(answer: Answer, place: str) -> OpenBaoError | None:
    """What happened to a version that is gone but has left its metadata."""
    _data, metadata = data_and_metadata(answer)
    version = metadata.get("version")
    if type(version) is not int:
        return None
    if metadata.get("destroyed") is True:
        return DestroyedVersionError(place, version)
    return DeletedVersionError(place, version, time_of(metadata.get("deletion_time")))
