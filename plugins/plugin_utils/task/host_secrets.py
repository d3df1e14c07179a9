# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of one host, read for one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...module_utils.host import core_dump
from ..openbao import Resolution, ResolvedSecret, Secret
from ..play_reader.question import Question
from ..secret_ref import SecretRef
from .reading import DEADLINE_SECONDS, read


def host_secrets(
    refs: Sequence[str], connection: Mapping[str, Any], credentials_file: str, variables: Mapping[str, Any]
) -> Resolution:
    """The values of ``refs``, all or none. From here on a crash leaves no core. Raises InfraError."""
    core_dump.forbid()
    question = Question(connection, credentials_file, DEADLINE_SECONDS, refs, is_revealed=True)
    rows = read(question, variables)
    secrets = {ref: _secret(ref, pinned, str(value)) for ref, (pinned, value) in zip(refs, rows, strict=True)}
    places = {(one.mount, one.path, one.version) for one in map(SecretRef.parse, refs)}
    return Resolution(secrets, reads=len(places))


def _secret(ref: str, pinned: str, value: str) -> ResolvedSecret:
    return ResolvedSecret(ref, int(SecretRef.parse(pinned).version or 0), Secret(value))
