# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of attributes."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl import (
    UnreadablePolicyError,
    decoder,
    parse,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("x = 1", 1),
        ('x = 1 x = "0x2"', 2),
        ('x = "a" x = 5', "5"),
        ("x = 1.5 x = 2", 2.0),
        ("x = true x = false", False),
        ("x = [1, true, [2.5], {a = {b = 1}}]", [1, True, [2.5], {"a": [{"b": 1}]}]),
        ("x = [1] x = [2]", [1, 2]),
        ("x = {a = 1} x {b = 2}", [{"a": 1}, {"b": 2}]),
        ('x = [{a "b" {c = 1} a "d" {}}]', [{"a": [{"b": [{"c": 1}]}, {"d": [{}]}]}]),
        ('x "a" {b = 1}', [{"a": [{"b": 1}]}]),
        ('x {a "b" {c = 1} a "d" {}}', [{"a": [{"b": [{"c": 1}]}]}, {"a": [{"d": [{}]}]}]),
    ],
)
def test_the_first_value_sets_the_type(text: str, expected: object) -> None:
    assert decoder.anything(parse(text), "X") == expected


@pytest.mark.parametrize(
    "text",
    [
        'x = 1 x = "2h"',
        "x = 1 x = true",
        "x = true x = 1",
        "x = [] x = 1",
        "x = 1 x = []",
        "x {} x = [1]",
        'x = "a" x = {}',
    ],
)
def test_a_value_of_another_type_than_the_first_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePolicyError, match=r"^line 1:"):
        decoder.anything(parse(text), "x")


def test_lists_and_maps_grow_and_a_text_is_the_last() -> None:
    items = parse('a = ["1", 2] a = ["3"] m { k = [1] } m { k = [2] l = [] } t = "x" t = 5 i = 1 i = "7"')
    assert decoder.texts(items, "a") == ["1", "2", "3"]
    assert decoder.lists_by_name(items, "m") == {"k": [1, 2], "l": []}
    assert (decoder.text(items, "t"), decoder.integer(items, "i")) == ("5", 7)
    assert (decoder.text(items, "-"), decoder.integer(items, "-", 3), decoder.texts(items, "-")) == ("", 3, [])


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("x =\n {}", "line 2:2", "expected a text"),
        ("x {\n a = 1 }", "line 1:3", "expected a text"),
        ("x = [1,\n true]", "line 2:2", "expected a text"),
        ("x = 1.5", "line 1:5", "expected a text"),
    ],
)
def test_what_is_no_text_is_told_where(text: str, place: str, what: str) -> None:
    read = decoder.texts if "[" in text else decoder.text
    with pytest.raises(UnreadablePolicyError) as error:
        read(parse(text), "x")
    assert (str(error.value.place), error.value.what) == (place, what)
