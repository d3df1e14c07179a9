# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes out of TOML as JSON is all that stood there, or it is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import LossyTomlError, document_text, toml_content
from hypothesis import given
from hypothesis import strategies as st

LARGEST = 2**53 - 1
NUMBERS = st.integers(-LARGEST, LARGEST) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
VALUES = st.recursive(st.booleans() | NUMBERS | TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=8)


def _toml(value: Any) -> str:
    """A value as TOML: JSON's words, but for floats, which repr writes as TOML reads them."""
    if isinstance(value, list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), VALUES, max_size=5))
def test_what_goes_in_comes_out_of_the_json_with_its_types(content: dict[str, Any]) -> None:
    text = "".join(f"{key} = {_toml(value)}\n" for key, value in content.items())
    read = json.loads(document_text(toml_content("deploy.toml", text)))
    assert repr(sorted(read.items())) == repr(sorted(content.items()))


@pytest.mark.parametrize(
    ("line", "words"),
    (
        ("x = 2026-11-20", "x: a date or time"),
        ("x = 07:32:00", "x: a date or time"),
        ("x = [1979-05-27T07:32:00Z]", r"x\[0\]: a date or time"),
        ("x = 9007199254740992", "x: an integer beyond"),
        ("x = -9007199254740992", "x: an integer beyond"),
        ("x = inf", "x: infinity or NaN"),
        ("x = -nan", "x: infinity or NaN"),
        ("x = 1e999", "x: infinity or NaN"),
        ("x = 0.1000000000000000055", "x: more digits than a double holds"),
        ("a.b = {c = 2026-11-20}", "a.b.c: a date or time"),
        ('x = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQ"', "x: looks like an age key"),
        ("x = ", "deploy.toml: not TOML"),
        ("x = 1\nx = 2", "deploy.toml: not TOML"),
    ),
)
def test_what_would_be_lost_is_refused_by_its_path(line: str, words: str) -> None:
    with pytest.raises(LossyTomlError, match=words):
        toml_content("deploy.toml", line)


def test_every_loss_comes_out_at_once_and_no_value_with_it() -> None:
    with pytest.raises(LossyTomlError) as refused:
        toml_content("deploy.toml", "a = 2026-11-20\nb = nan\nc = 'canary'\nd = 99999999999999999\n")
    assert str(refused.value).count("\n") == 2
    assert "canary" not in str(refused.value)
    assert "99999" not in str(refused.value)


@pytest.mark.parametrize("line", ["x = 1_000.5", "x = 1e3", "x = 0xff", "x = -0.0", "x = 1.0"])
def test_spellings_of_one_number_are_not_losses(line: str) -> None:
    assert type(toml_content("deploy.toml", line)["x"]) in (int, float)
