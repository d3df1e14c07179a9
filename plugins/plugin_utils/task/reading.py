# SPDX-License-Identifier: GPL-3.0-or-later
"""How a fork gets secrets: from the reader of its run, or else by itself. Imports next to nothing, for the lookup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ansible.constants as C  # noqa: N812  as everywhere in Ansible
from ansible.utils.display import Display

from ..play_reader.asking import ReaderGoneError, ask
from ..play_reader.question import Question, Row
from .runner import refuse_exposed_tokens

#: For everything a task asks of OpenBao.
DEADLINE_SECONDS = 30.0


def read(question: Question, variables: Mapping[str, Any]) -> list[Row]:
    """One row per ref. ``variables`` are those of the task. Raises InfraError.

    Before anything is read: no token is in the environment of a job, a wrapped secret_id was opened, and the credential
    is no broader than work needs.
    """
    refuse_exposed_tokens(variables)
    rows = _asked(question, variables)
    return _read_here(question) if rows is None else rows


def is_judged(connection: Mapping[str, Any], credentials_file: str, variables: Mapping[str, Any]) -> bool:
    """Whether the reader of the run found the credential fit; False when there is none to ask. Raises InfraError."""
    refuse_exposed_tokens(variables)
    question = Question(connection, credentials_file, DEADLINE_SECONDS, [], is_revealed=False)
    return _asked(question, variables) is not None


def _asked(question: Question, variables: Mapping[str, Any]) -> list[Row] | None:
    """From the reader, which is worth its start when many hosts will ask."""
    is_of_many = len(variables.get("ansible_play_hosts_all", ())) > 1
    try:
        return ask(question, C.DEFAULT_LOCAL_TMP, may_start=is_of_many)  # type: ignore[attr-defined]  # made at run time
    except ReaderGoneError as gone:
        Display().warning(str(gone))
        return None


def _read_here(question: Question) -> list[Row]:
    """Imports the client only now: it takes longer to import than twenty reads take."""
    from ..openbao import resolve
    from .judged_client import judged_client

    connection, file, seconds = question.connection, question.credentials_file, question.deadline_seconds
    with judged_client(connection, file, deadline_seconds=seconds) as openbao:
        return question.rows(resolve(openbao, question.refs).secrets)
