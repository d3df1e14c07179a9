# SPDX-License-Identifier: GPL-3.0-or-later
"""Heredocs."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl import heredoc
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<<EOF\nEOF\n", ""),
        ("<<EOF\none\ntwo\nEOF\n", "one\ntwo\n"),
        ("<<EOF\n  EOF x\nEOFx\nEOF\n", "  EOF x\nEOFx\n"),
        ("<<EOF\none\n  EOF\n", "one\n  "),
        ("<<é1_\none\né1_\n", "one\n"),
        ("<<-EOF\n  one\n    two\n  EOF\n", "one\n  two\n"),
        ("<<-EOF\n one\n  EOF\n", " one\n"),
        ("<<-EOF\n EOF\n", ""),
        ("<<-EOF\nx\nEOF\n EOF\n", "x\nEOF\n"),
        ("<<EOF\nx\nEOF\r\n", "x\nE"),
    ],
)
def test_a_heredoc_means_its_lines(text: str, expected: str) -> None:
    assert heredoc.end(f"{text}rest\nEOF\n", 0) == len(text)
    assert heredoc.value(text) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<", "without a name"),
        ("<<", "without a name"),
        ("<<\nx\n\n", "without a name"),
        ("<<-\nx\n-\n", "without a name"),
        ("<<EOF", "without a name"),
        ("<<E F\nE F\n", "without a name"),
        ("<<²\n²\n", "without a name"),
        ("<<EOF\n", "without an end"),
        ("<<EOF\nx\nEOF", "without an end"),
        ("<<-EOF\nx\nEOF\n", "without an end"),
        ("<<EOF\nx\neof\n", "without an end"),
    ],
)
def test_a_heredoc_without_name_or_end_is_refused(text: str, what: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 # its arguments are looked at
        heredoc.end(f"ab{text}", 2)
    assert error.value.args[0] == 2
    assert what in error.value.args[1]


_LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=8), max_size=6)


@given(_LINES, st.integers(1, 4))
def test_lines_are_read_again_indented_or_not(lines: list[str], indent: int) -> None:
    expected = "".join(f"{line}\n" for line in lines)
    indented = "".join(f"{' ' * indent}{line}\n" for line in lines)
    assert heredoc.value(f"<<NAME\n{expected}NAME\n") == expected
    assert heredoc.value(f"<<-NAME\n{indented}{' ' * indent}NAME\n") == expected
