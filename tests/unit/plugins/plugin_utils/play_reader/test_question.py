# SPDX-License-Identifier: GPL-3.0-or-later
"""Which questions the reader may take: those that make no token."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.question import Question


@pytest.mark.parametrize("auth", ({"method": "approle"}, {"method": "jwt", "session": "inline"}))
def test_inline_auth_is_for_the_reader(auth: object) -> None:
    assert _question({"auth": auth}).is_inline


@pytest.mark.parametrize(
    "connection",
    (
        {"auth": {"method": "approle", "session": "login"}},
        {"auth": {"method": "kubernetes", "session": None}},
        {"auth": {"method": "token_file"}},
        {"auth": "approle"},
        {},
    ),
)
def test_what_makes_or_holds_a_token_is_not(connection: dict[str, Any]) -> None:
    assert not _question(connection).is_inline


def _question(connection: dict[str, Any]) -> Question:
    return Question(connection, "/file", 30, [], is_revealed=False)
