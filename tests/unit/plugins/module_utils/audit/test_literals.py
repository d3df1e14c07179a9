# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass finds what a search for each text finds."""

from __future__ import annotations

from ansible_collections.fractalops.infra.plugins.module_utils.audit.literals import Literals
from hypothesis import given
from hypothesis import strategies as st

#: A small alphabet makes texts that overlap, repeat and hold each other.
TEXTS = st.binary(min_size=1, max_size=9).map(lambda text: bytes(b"abcK7\n"[byte % 6] for byte in text))


def one_by_one(texts: set[bytes], content: bytes) -> set[tuple[int, bytes]]:
    """The slow way."""
    return {(at, text) for text in texts for at in range(len(content)) if content.startswith(text, at)}


@given(st.sets(TEXTS, max_size=12), st.lists(TEXTS, max_size=30).map(b"".join))
def test_every_place_of_every_text_is_found_once(texts: set[bytes], content: bytes) -> None:
    found = list(Literals(texts).find(content))
    assert len(found) == len(set(found))
    assert set(found) == one_by_one(texts, content)


def test_without_texts_nothing_is_found() -> None:
    assert list(Literals([]).find(b"anything")) == []
