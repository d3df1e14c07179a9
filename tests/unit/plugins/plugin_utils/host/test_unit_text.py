# SPDX-License-Identifier: GPL-3.0-or-later
"""Topology text stays one literal word of a unit file."""

from __future__ import annotations

import shlex

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_text import value, word
from hypothesis import given
from hypothesis import strategies as st

LINE = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=80)


@given(LINE)
def test_a_word_reads_back_as_it_went_in(text: str) -> None:
    """systemd unquotes like a POSIX shell inside double quotes, then halves %% and $$."""
    assert [part.replace("%%", "%").replace("$$", "$") for part in shlex.split(word(text))] == [text]


@given(LINE)
def test_a_word_never_holds_a_single_percent_or_dollar(text: str) -> None:
    rest = word(text).replace("%%", "").replace("$$", "")
    assert "%" not in rest and "$" not in rest


@pytest.mark.fault(38, "a line break in a unit value")
@pytest.mark.parametrize(
    "text", ["x\nExecStart=/bin/sh", "a\rb", "a\x00b", "a\u2028b", "a\x85b", "a\x1ageneration\x1a"]
)
@pytest.mark.parametrize("escape", [value, word])
def test_a_line_break_or_control_character_is_refused(text: str, escape: object) -> None:
    with pytest.raises(InfraError, match="control character or line break"):
        escape(text)  # type: ignore[operator]


def test_a_value_that_would_swallow_the_next_line_is_refused() -> None:
    with pytest.raises(InfraError, match="backslash"):
        value("ends badly \\")
