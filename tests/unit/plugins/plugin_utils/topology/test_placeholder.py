# SPDX-License-Identifier: GPL-3.0-or-later
"""Words in braces are placeholders; all other braces are left to the program."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.placeholder import filled, placeholders


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{config}", ["config"]),
        ("--a={release_id},{main_pid}", ["release_id", "main_pid"]),
        ("{{range .X}}{instance}{{end}}", ["instance"]),
        ("$${config}", []),
        ("{", []),
        ("{{config}", ["config"]),
    ],
)
def test_a_word_alone_in_braces_is_a_placeholder(text: str, names: list[str]) -> None:
    assert list(placeholders(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{{.Names}}",
            "{{ config }}",
            "{{config}}",
            "${config}",
            "%{config}",
            "#{config}",
            "{}",
            "{ print $1 }",
            "{A}",
        ),
        *("{A}", '{"config": {"a": 1}}', "{config.a}", "{{{config}}}", "}{"),
    ],
)
def test_other_braces_stay(text: str) -> None:
    assert filled(text, lambda _name: "WRONG") == text


def test_what_stands_for_a_placeholder_is_not_looked_at_again() -> None:
    assert filled("{a}{b}{{a}}", {"a": "{b}", "b": "${MAINPID}"}.__getitem__) == "{b}${MAINPID}{{a}}"
