# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings are joined at any depth, nothing is given twice, and of everything it is known who wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.merge.merge import (
    MAX_CONFLICTS,
    Merged,
    Part,
    merge,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.merge.written_path import WrittenPath
from hypothesis import given, settings
from hypothesis import strategies as st

from ..spread import Document, Path, leaves, spread, value_at

Files = dict[str, Document]

FAST = settings(max_examples=150, deadline=None, database=None)
NAMES = st.sampled_from("abcd")
VALUES = st.none() | st.booleans() | st.integers(0, 9) | st.lists(st.integers(0, 3) | st.just({"a": 1}), max_size=2)
DOCUMENTS = st.dictionaries(
    NAMES, st.recursive(VALUES, lambda inside: st.dictionaries(NAMES, inside, max_size=4), max_leaves=12), max_size=4
)


def merged(files: Files) -> Merged:
    return merge([Part(WrittenPath(name), data) for name, data in files.items()])


@st.composite
def spreads(draw: st.DrawFn) -> tuple[Document, Files, dict[Path, str]]:
    """Any document, the same spread over files, and who has which leaf."""
    document = draw(DOCUMENTS)
    files, owners = draw(spread(document, ["a.yml", "b.yml", "c.yml", "d.yml"]))
    return document, files, owners


def ordered(data: Any) -> str:
    """``data`` with the order of its keys."""
    return json.dumps(data)


@FAST
@given(spreads())
def test_a_document_spread_over_files_at_random_is_the_document(case: Any) -> None:
    document, files, _owners = case
    found = merged(files)
    assert (found.data, found.conflicts, found.untold_conflicts) == (document, [], 0)


@FAST
@given(spreads())
def test_every_leaf_is_written_where_it_was_put(case: Any) -> None:
    document, files, owners = case
    origins = merged(files).origins
    for path, value in leaves(document):
        assert origins.of(path) == WrittenPath(owners[path], path)
        inside = (*path, *([0] if isinstance(value, list) else ["absent"]))
        assert origins.of(inside) == WrittenPath(owners[path], inside)


@FAST
@given(spreads())
def test_a_mapping_is_written_in_the_first_file_that_has_it(case: Any) -> None:
    _document, files, _owners = case
    found = merged(files)
    for path in {leaf[:length] for leaf, _value in leaves(found.data) for length in range(len(leaf))}:
        first = next(name for name, data in files.items() if has_mapping(data, path))
        assert found.origins.of(path) == WrittenPath(first, path)
        assert found.origins.of((*path, "absent", 3)) == WrittenPath(first, (*path, "absent", 3))


def has_mapping(data: Any, path: Path) -> bool:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return isinstance(data, dict)


@FAST
@given(spreads(), st.data())
def test_the_order_of_files_changes_the_order_of_keys_alone(case: Any, data: st.DataObject) -> None:
    document, files, owners = case
    found = merged({name: files[name] for name in data.draw(st.permutations(list(files)))})
    assert found.data == document
    assert {path: found.origins.of(path).file for path in owners} == owners


@FAST
@given(spreads())
def test_files_may_be_merged_in_groups(case: Any) -> None:
    _document, files, _owners = case
    a, b, c, d = ([Part(WrittenPath(name), data)] for name, data in files.items())
    whole = ordered(merge([*a, *b, *c, *d]).data)
    for left, right in ((a, [*b, *c, *d]), ([*a, *b], [*c, *d]), ([*a, *b, *c], d)):
        groups = [Part(WrittenPath("group"), merge(group).data) for group in (left, right)]
        assert ordered(merge(groups).data) == whole


@FAST
@given(DOCUMENTS)
def test_a_merge_of_one_file_is_the_file(document: dict[str, Any]) -> None:
    found = merged({"a.yml": document})
    assert found.data is document
    assert found.conflicts == []
    for path, _value in leaves(document):
        assert found.origins.of(path) == WrittenPath("a.yml", path)


@FAST
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_what_is_given_once_stays_and_what_is_given_twice_is_told(documents: list[dict[str, Any]]) -> None:
    """Whatever the files are: two of them disagree exactly where one gives a leaf of another, or above or below one."""
    before = ordered(documents)
    found = merged({str(number): document for number, document in enumerate(documents)})
    assert ordered(documents) == before
    told = {conflict.path for conflict in found.conflicts}
    for number, document in enumerate(documents):
        for path, value in leaves(document):
            if not any(path[:length] in told for length in range(1, len(path) + 1)) and value != {}:
                assert found.origins.of(path) == WrittenPath(str(number), path)
                assert value_at(found.data, path) == value
    assert bool(told) == any(clash(one, other) for number, one in enumerate(documents) for other in documents[:number])


def clash(one: Any, other: Any) -> bool:
    """Written the slow way: some key of both has no mapping on one side."""
    return any(
        clash(one[key], other[key]) if isinstance(one[key], dict) and isinstance(other[key], dict) else True
        for key in one.keys() & other.keys()
    )


def test_keys_stand_in_the_order_in_which_they_are_first_met() -> None:
    files: Files = {"1": {"b": {"z": 1}, "a": 1}, "2": {"c": 1, "b": {"y": 1, "a": 1}}}
    assert ordered(merged(files).data) == '{"b": {"z": 1, "y": 1, "a": 1}, "a": 1, "c": 1}'


@pytest.mark.parametrize(
    ("known", "given_too", "what", "hint"),
    [
        (1, 1, "the key is given in two files", "keep one of them"),
        ([1], [2], "the key is given in two files", "keep one of them, lists are not joined"),
        ({"a": 1}, 1, "the key is given in two files, here as a value, there as a mapping", "keep one of them"),
        (None, {}, "the key is given in two files, here as a mapping, there as a value", "keep one of them"),
        ([], {"a": 1}, "the key is given in two files, here as a mapping, there as a list", "keep one of them"),
    ],
)
def test_a_conflict_says_what_is_given_on_both_sides(known: Any, given_too: Any, what: str, hint: str) -> None:
    found = merged({"a": {"x": {"y": known}}, "b": {"x": {"y": given_too}}})
    (violation,) = [conflict.violation() for conflict in found.conflicts]
    assert (violation.what, violation.hint) == (what, hint)
    assert (violation.path, violation.written) == (("x", "y"), WrittenPath("b", ("x", "y")))
    assert found.data == {"x": {"y": known}}


def test_empty_mappings_say_nothing_that_could_be_said_twice() -> None:
    found = merged({"a": {"x": {}}, "b": {"x": {}}, "c": {"x": {"y": 1}}})
    assert (found.data, found.conflicts) == ({"x": {"y": 1}}, [])
    assert found.origins.of(("x", "y")) == WrittenPath("c", ("x", "y"))


def test_a_part_may_be_written_under_another_path_than_it_has_in_the_merge() -> None:
    there = WrittenPath("a.yml", ("definitions", "api"))
    found = merge([Part(WrittenPath("a.yml", ("hosts", "web", "api")), {"x": 1}), Part(there, {"y": {"z": [1]}})])
    assert found.origins.of(("y", "z", 0)) == there.below("y", "z", 0)
    assert found.origins.of(("x",)) == WrittenPath("a.yml", ("hosts", "web", "api", "x"))


def test_more_conflicts_than_anybody_reads_are_counted() -> None:
    document = {str(number): number for number in range(MAX_CONFLICTS + 7)}
    found = merged({"a": document, "b": document})
    assert (len(found.conflicts), found.untold_conflicts) == (MAX_CONFLICTS, 7)
