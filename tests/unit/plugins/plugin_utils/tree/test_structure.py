# SPDX-License-Identifier: GPL-3.0-or-later
"""Two texts say the same, or they do not."""

from __future__ import annotations

import random

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree.structure import says_the_same
from hypothesis import given
from hypothesis import strategies as st

TEXT = 'a: 1\nb:\n  - "x"\n  - {c: d, e: "0o14"}\n'
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="ascii", exclude_categories=("Cc",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdef", min_size=1), inner, max_size=3),
    max_leaves=12,
)


def shuffled(data: object, rng: random.Random) -> object:
    if isinstance(data, dict):
        pairs = list(data.items())
        rng.shuffle(pairs)
        return {key: shuffled(value, rng) for key, value in pairs}
    return [shuffled(item, rng) for item in data] if isinstance(data, list) else data


def text(data: object, **layout: object) -> str:
    return yaml.safe_dump({"top": data}, sort_keys=False, default_style='"', **layout)


@given(DATA, st.randoms(use_true_random=False), st.booleans(), st.integers(2, 6))
def test_order_comments_and_layout_say_nothing(data, rng, flow, indent):
    found = text(shuffled(data, rng), default_flow_style=flow, indent=indent, width=40)
    assert says_the_same(f"# by hand\n---\n{found}# the end\n".encode(), text(data))


@given(DATA, DATA)
def test_other_data_is_never_the_same(one, other):
    assert says_the_same(text(one).encode(), text(other)) == (repr(in_order(one)) == repr(in_order(other)))


def in_order(data: object) -> object:
    if isinstance(data, dict):
        return [(key, in_order(data[key])) for key in sorted(data)]
    return [[in_order(item) for item in data]] if isinstance(data, list) else data


@pytest.mark.parametrize(
    "found",
    (
        'b: ["x", {e: "0o14", c: d}]\na: 1',
        '# why\na:   1\n\nb:\n- "x"\n- c: d # here\n  e: "0o14"\n',
    ),
)
def test_the_same_in_other_words(found):
    assert says_the_same(found.encode(), TEXT)


@pytest.mark.parametrize(
    "found",
    (
        "",
        TEXT + "f: 1\n",
        TEXT.replace("a: 1", "a: 2"),
        TEXT.replace("a: 1", 'a: "1"'),
        TEXT.replace('"0o14"', "0o14"),
        TEXT.replace("a: 1", "a: 1\na: 1"),
        TEXT + "---\n" + TEXT,
        'b:\n  - {c: d, e: "0o14"}\n  - "x"\na: 1\n',
        "a: [",
        "a: \0",
        "[" * 5000,
    ),
)
def test_what_says_something_else_or_nothing(found):
    assert not says_the_same(found.encode(), TEXT)


def test_bytes_that_are_no_text_say_nothing():
    assert not says_the_same(b"a: \xff\xfe\xfa", TEXT)
