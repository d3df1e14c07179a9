# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of a policy is what a server enforces; tests/integration/openbao asks one about the same examples."""

from __future__ import annotations

from random import Random

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.acl import Stanza, stanzas
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl import UnreadablePolicyError
from hypothesis import given
from hypothesis import strategies as st

from ..author import Author
from ..policy_examples import REFUSED, TAKEN, UNKNOWN
from ..said import Entry, entries

NOW = 1_800_000_000  # between the moments of the examples
SEEDS = st.integers(0, 2**32)
SHORT_FORMS = {
    "read": ["read", "list"],
    "write": ["create", "read", "update", "delete", "list"],
    "sudo": ["create", "read", "update", "delete", "list", "sudo"],
}


def granted(found: list[Stanza]) -> dict[str, set[str]]:
    live = [stanza for stanza in found if stanza.expires is None or stanza.expires > NOW]
    unions = {
        stanza.path: set[str]().union(*(one.granted for one in live if one.path == stanza.path)) for stanza in found
    }
    return {path: {"deny"} if "deny" in union else union for path, union in unions.items()}


@pytest.mark.parametrize("text", TAKEN)
def test_an_example_that_is_taken_grants_what_it_says(text: str) -> None:
    found = stanzas(text)
    assert not any(stanza.refused for stanza in found)
    assert granted(found) == {path: says for path, says in TAKEN[text].items() if says or path in granted(found)}


@pytest.mark.parametrize("text", REFUSED)
def test_an_example_that_is_refused_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePolicyError, match=r"^line \d+:\d+: .+; .+") as error:
        stanzas(text)
    assert error.value.place.line <= text.count("\n") + 1


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_example_with_an_unknown_capability_tells_which(text: str) -> None:
    ((refused,),) = (stanza.refused for stanza in stanzas(text))
    assert refused in {"no such", "1", "Read", ""}


def said(entry: Entry) -> tuple[str, list[str]]:
    """Path and capabilities that an entry stands for."""
    listed = [one for name, value in entry.attributes if name == "capabilities" for one in value]
    short = [value for name, value in entry.attributes if name == "policy"][-1:]
    path = entry.path.removeprefix("/")
    return (
        (path, ["deny"]) if short == ["deny"] else (path, listed + [one for name in short for one in SHORT_FORMS[name]])
    )


@given(SEEDS)
def test_what_was_written_in_either_language_is_read_again(seed: int) -> None:
    random = Random(seed)
    author, written = Author(random), _consistent(entries(random, is_sound=True))
    for text in (author.hcl(written), author.json(written)):
        assert [(stanza.path, list(stanza.capabilities)) for stanza in stanzas(text)] == [
            said(one) for one in written
        ], text


def _consistent(some: list[Entry]) -> list[Entry]:
    """Without what is refused twice or in company: numbers of two types, a least above the most."""
    for one in some:
        one.attributes = [item for item in one.attributes if item[0] not in {"min_wrapping_ttl", "max_wrapping_ttl"}]
    return some


def test_a_stanza_is_placed_where_it_starts() -> None:
    found = stanzas('# x\n path "a" {}\r\n/*\n*/  path "b" {}')
    assert [str(stanza.place) for stanza in found] == ["line 2:2", "line 4:5"]
    assert [str(stanza.place) for stanza in stanzas('{"path": {\n"a": {}, "b": {}}}')] == ["line 2:1", "line 2:10"]


def test_an_expired_stanza_is_read_like_any_other() -> None:
    """A server ignores it and what is wrong with it; the text does not tell what time it is."""
    (stanza,) = stanzas('path "a" { capabilities = ["no such"] expiration = "2001-02-03T04:05:06Z" }')
    assert (stanza.expires, stanza.refused) == (981173106, ("no such",))


@pytest.mark.parametrize(
    "text", ["path {" * 60, "name = " + "[" * 60, "{" + '"a": {' * 60, 'path "a" { comment = ' + "[" * 100_000]
)
def test_deep_nesting_is_refused_before_it_exhausts_python(text: str) -> None:
    with pytest.raises(UnreadablePolicyError, match="nested deeper than 50 brackets"):
        stanzas(text)


def test_a_filter_beyond_key_and_path_is_not_judged_but_refused() -> None:
    """It is a template of Go; the server takes this one."""
    text = 'path "a" { policy = "read" list_scan_response_keys_filter_path = "{{ .key }}{{ uppercase .path }}" }'
    with pytest.raises(UnreadablePolicyError, match="a filter of lists without the key"):
        stanzas(text)
