# SPDX-License-Identifier: GPL-3.0-or-later
"""A topology that was valid stays valid, unless schema_version says that it is another model.

``released/`` holds the schema of every release. At a release: copy topology.schema.json there under its version.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema import topology_schema
from ansible_collections.fractalops.infra.tests.check.schema_change import WIDER, breaking_changes
from hypothesis import given
from hypothesis import strategies as st

Schema = dict[str, Any]
RELEASED = sorted(Path(__file__).with_name("released").glob("*.json"))
OLD: Schema = {
    "$defs": {
        "Tcp": {"type": "object", "properties": {"port": {"type": "integer", "minimum": 1, "maximum": 65535}}},
        "Unix": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
    },
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 9},
        "level": {"enum": ["low", "high"], "type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "words": {"type": "array", "items": {"type": "string"}},
        "listen": {"oneOf": [{"$ref": "#/$defs/Tcp"}, {"$ref": "#/$defs/Unix"}]},
        "ports": {"type": "object", "patternProperties": {"^[a-z]+$": {"$ref": "#/$defs/Tcp"}}},
        "free": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["name"],
}


def version(schema: Schema) -> int:
    return int(schema["properties"]["schema_version"]["const"])


def changed(change: Callable[[Schema], Any]) -> list[str]:
    """What is found after ``change``."""
    new = copy.deepcopy(OLD)
    change(new)
    return [str(found) for found in breaking_changes(OLD, new)]


@pytest.mark.parametrize("file", RELEASED, ids=lambda file: file.stem)
def test_what_a_release_allowed_is_allowed_until_the_schema_version_changes(file: Path) -> None:
    old, new = json.loads(file.read_text(encoding="utf-8")), json.loads(topology_schema())
    assert version(new) >= version(old)
    if version(new) == version(old):
        assert [str(found) for found in breaking_changes(old, new)] == []


def test_the_schema_of_a_release_is_kept() -> None:
    assert RELEASED


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda new: new["properties"].pop("level"), "level: was removed"),
        (lambda new: new["$defs"]["Tcp"]["properties"].clear(), "listen.port: was removed"),
        (lambda new: new["properties"]["words"].update(type="string"), "words: was array, is string"),
        (lambda new: new["properties"]["words"]["items"].update(type="integer"), "words[]: was string, is integer"),
        (lambda new: new["properties"]["free"].update(additionalProperties={"type": "integer"}), "free[]: was string"),
        (lambda new: new["properties"]["note"]["anyOf"].pop(), "note: may no longer be null"),
        (lambda new: new["properties"]["listen"]["oneOf"].pop(), "listen: may no longer be Unix"),
        (lambda new: new["required"].append("level"), "level: is required now"),
        (lambda new: new["properties"]["level"]["enum"].pop(), 'level: no longer allows "high"'),
        (lambda new: new["properties"]["name"].update(enum=["a"]), "name: no longer allows others"),
        (lambda new: new["properties"]["name"].update(pattern="^[a-c]+$"), "name: its pattern changed"),
        (lambda new: new["properties"]["name"].update(maxLength=8), "name: maxLength is 8 now"),
        (lambda new: new["$defs"]["Tcp"]["properties"]["port"].update(minimum=2), "listen.port: minimum is 2 now"),
        (lambda new: new.update(additionalProperties=False), "the root: is closed now"),
        (
            lambda new: new["properties"]["ports"].update(patternProperties={"^a$": {"$ref": "#/$defs/Tcp"}}),
            "ports: the pattern of its keys changed",
        ),
        (
            lambda new: new["properties"]["ports"].update(patternProperties={"^[a-z]+$": {"type": "integer"}}),
            "ports.*: was Tcp, is integer",
        ),
    ],
)
def test_a_change_that_breaks_documents_is_found(change: Callable[[Schema], Any], found: str) -> None:
    assert [words for words in changed(change) if words.startswith(found)]


@pytest.mark.parametrize("old", WIDER)
@given(st.data())
def test_a_wider_pattern_allows_all_that_the_old_one_did(old: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(old, re.ASCII), fullmatch=True))
    assert re.fullmatch(WIDER[old], text)


def test_a_wider_pattern_breaks_nothing_and_its_opposite_does() -> None:
    old, new = next(iter(WIDER.items()))
    one, other = ({"properties": {"name": {"pattern": pattern}}} for pattern in (old, new))
    assert breaking_changes(one, other) == []
    assert [str(found) for found in breaking_changes(other, one)] == ["name: its pattern changed"]


def test_a_key_pattern_where_there_was_none_is_found() -> None:
    new = copy.deepcopy(OLD)
    new["properties"]["free"] = {"type": "object", "patternProperties": {"^a$": {"type": "string"}}}
    assert "free: its keys have a pattern now" in map(str, breaking_changes(OLD, new))


@pytest.mark.parametrize(
    "change",
    [
        lambda new: None,
        lambda new: new["properties"].update(more={"type": "string"}),
        lambda new: new["required"].clear(),
        lambda new: new["properties"]["level"]["enum"].append("higher"),
        lambda new: new["properties"]["level"].pop("enum"),
        lambda new: new["properties"]["name"].pop("pattern"),
        lambda new: new["properties"]["name"].update(maxLength=10),
        lambda new: new["properties"]["note"]["anyOf"].append({"type": "integer"}),
        lambda new: new["properties"]["name"].update(description="other words", default="a"),
    ],
)
def test_a_change_that_only_allows_more_is_fine(change: Callable[[Schema], Any]) -> None:
    assert changed(change) == []
