# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written is read back, whoever reads it."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.yaml_writer import yaml_text
from hypothesis import given
from hypothesis import strategies as st

#: Strings that one YAML dialect or another reads as something else.
TREACHEROUS = [
    "1e3", "0o14", "on", "y", "Y", "n", "~", "null", "Null", "1_000", "0x1f", "0b1", "012", "12:30",
    "190:20:30", "2026-01-01", "2026-01-01T00:00:00Z", ".inf", "-.INF", ".nan", "NaN", "Infinity", "1.", ".5",
    "+1", "-0", "1e", "=", "<<", "", " ", " a", "a ", "a\n", "\n", "\na", "a\n b\n", " a\nb\n", "a\n\n",
    "a\n\n\n", "a \nb\n", "a\tb\n", "a: b", "a #b", "#a", "-", "- a", "?", "? a", ":", "a:", "{", "{a: b}",
    "[a]", "&a", "*a", "!a", "!!int", "|", ">", "%a", "@a", "`a`", "'", '"', "''", "\\", "\\n", "---", "...",
    "--- a", "a,b", "true", "False", "YES", "off", "No", "\x7f", "\x85", "\u2028", "\ufeff", "\ue000", "ä",
    "日本", "🦊", "a\r\nb", "{{ x }}", "$(x)", "`x`", "%d", "a" * 5000, "0.1.2", "1.10", "1e400", "1__0", "0X1F",
    "0O14", "nil", "none",
]  # fmt: skip

TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(TREACHEROUS)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("text", TREACHEROUS)
def test_a_string_stays_the_same_string_as_value_key_and_item(text):
    content = {"value": text, "list": [text, [text]], text: {text: text}}
    assert yaml.safe_load(yaml_text(content)) == content


@given(VALUES)
def test_whatever_is_written_is_read_back(content):
    assert yaml.safe_load(yaml_text(content, "a comment")) == content


@given(st.dictionaries(TEXT, TEXT))
def test_the_order_of_keys_does_not_show(content):
    assert yaml_text(content) == yaml_text(dict(reversed(content.items())))


@given(TEXT)
def test_a_plain_string_is_only_a_word_or_a_path(text):
    written = yaml_text({"a": text}).removeprefix("---\na: ").removesuffix("\n")
    assert written[0] in '"|' or (written == text and (text[0].isalpha() or text[0] == "/") and text.isascii())


def test_one_object_used_twice_is_written_twice():
    shared = {"a": ["b"]}
    assert "&" not in yaml_text({"one": shared, "two": shared})


def test_text_of_several_lines_reads_as_it_is():
    assert yaml_text({"script": "#!/bin/sh\nif true; then\n  exit\nfi\n"}) == (
        "---\nscript: |\n  #!/bin/sh\n  if true; then\n    exit\n  fi\n"
    )


@pytest.mark.parametrize("number", (float("nan"), float("inf"), -float("inf")))
def test_a_number_that_is_not_finite_is_refused(number):
    with pytest.raises(ValueError, match="not finite"):
        yaml_text({"a": number})
