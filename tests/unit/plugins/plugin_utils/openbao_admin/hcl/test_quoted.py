# SPDX-License-Identifier: GPL-3.0-or-later
"""Quoted strings."""

from __future__ import annotations

import re

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl import quoted
from hypothesis import given
from hypothesis import strategies as st

BOTH = [
    ('""', ""),
    (r'"\a\b\f\n\r\t\v\\\""', '\a\b\f\n\r\t\v\\"'),
    (r'"\101\x41\u0041\U00000041"', "AAAA"),
    (r'"\303\251\xc3\xa9\u00e9é"', "ééé" + "é"),
    (r'"\U0001F600"', "😀"),
    (r'"\xff"', "\udcff"),
    ('"a\tb"', "a\tb"),
]


@pytest.mark.parametrize(("text", "expected"), BOTH)
@pytest.mark.parametrize("is_json", [False, True])
def test_an_escape_means_its_character(text: str, expected: str, *, is_json: bool) -> None:
    assert quoted.end(f"{text} rest", 0, is_json=is_json) == len(text)
    assert quoted.value(text, is_json=is_json) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"\ud800"', "\ufffd"),
        (r'"\UFFFFFF41"', "A"),
        (r'"${"\n}\n"', '${"\\n}\n'),
        ('"${{"\n"}\n}x"', '${{"\n"}\n}x'),
        (r'"$${"}"', '$${"}'),
        (r'"$\x7b"', "${"),
    ],
)
def test_hcl_keeps_what_stands_between_braces(text: str, expected: str) -> None:
    assert quoted.end(f"{text} rest", 0, is_json=False) == len(text)
    assert quoted.value(text, is_json=False) == expected


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ('x "', 2),
        ('x "a\n"', 2),
        ('x "${"}', 2),
        (r'x "\q"', 3),
        (r'x "ab\/"', 5),
        (r'x "\18"', 3),
        (r'x "\x4"', 3),
        (r'x "\u004"', 3),
        (r'x "\U0000004"', 3),
        ('x "\\', 3),
    ],
)
def test_what_never_ends_or_escapes_nothing_is_told_where(text: str, offset: int) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 # its arguments are looked at
        quoted.end(text, 2, is_json=False)
    assert error.value.args[0] == offset


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        (r'"\400"', False),
        (r'"\777"', True),
        (r'"\U00110000"', False),
        (r'"\U7FFFFFFF"', False),
        (r'"\UFFFFFF41"', True),
        (r'"\ud83d\ude00"', True),
        ('"${\ufffd}"', False),
    ],
)
def test_an_escape_beyond_unicode_means_nothing(text: str, *, is_json: bool) -> None:
    assert quoted.end(text, 0, is_json=is_json) == len(text)
    with pytest.raises(ValueError, match=r"Unicode|U\+FFFD|range\(0, 256\)"):
        quoted.value(text, is_json=is_json)


@given(text=st.text(), is_json=st.booleans())
def test_any_text_in_escapes_is_read_again(text: str, *, is_json: bool) -> None:
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    assert quoted.value(f'"{escaped}"', is_json=is_json) == text


@given(text=st.text(st.sampled_from('"\\{}$\nab/x41u'), max_size=30), is_json=st.booleans())
def test_a_string_ends_once_or_never(text: str, *, is_json: bool) -> None:
    try:
        end = quoted.end(f'"{text}', 0, is_json=is_json)
    except ValueError:
        end = 0
    if end:
        assert f'"{text}'[end - 1] == '"'
        assert quoted.end(f'"{text}'[:end], 0, is_json=is_json) == end
    elif is_json:
        # Each quote left is part of an escape, or behind something that a string cannot hold.
        assert re.search(r'^[^"\\\n]*"', text) is None
