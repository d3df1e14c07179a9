# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain scalars mean one thing or nothing."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.yaml.scalar import AmbiguousScalarError, resolve
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false", False), ("null", None), ("0", 0), ("-1", -1), ("1000", 1000), ("0.5", 0.5),
        ("-12.25", -12.25), ("1.5e+20", 1.5e20), ("text", "text"), ("10.20.30.11", "10.20.30.11"), ("1.2.3", "1.2.3"),
        ("2026.11.20-1", "2026.11.20-1"), ("--flag", "--flag"), ("-", "-"), (".", "."), ("..", ".."), ("1a", "1a"),
        ("10.20.30.0/24", "10.20.30.0/24"), ("yes sir", "yes sir"), ("nothing", "nothing"),
    ],
)  # fmt: skip
def test_a_clear_scalar_has_its_value(text: str, value: object) -> None:
    assert (resolve(text), type(resolve(text))) == (value, type(value))


@settings(database=None)
@given(st.text(alphabet="0123456789+-._:eExobinfINFa", min_size=1, max_size=12))
def test_what_yaml_1_1_takes_for_something_else_is_never_text(text: str) -> None:
    """PyYAML is the YAML 1.1 reader most tools use: where it sees no text, we see the same value or refuse."""
    try:
        ours = resolve(text)
    except AmbiguousScalarError:
        return
    try:
        theirs = yaml.safe_load(f"key: {text}\n")["key"]
    except (yaml.YAMLError, ValueError):
        return
    assert ours == theirs


def test_an_error_quotes_no_more_than_a_known_word() -> None:
    with pytest.raises(AmbiguousScalarError) as caught:
        resolve("0123456789")
    assert "0123456789" not in str(caught.value)
