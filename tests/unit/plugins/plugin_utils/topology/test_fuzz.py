# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is in the file, the answer is a topology or violations; what was valid stays what it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import Violation, load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.yaml.reader import Reader
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.yaml.source import Source
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .base import VALID, written

FAST = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TOKENS = [
    *VALID.split(),
    "\n",
    "\n  ",
    "- ",
    ": ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!!x ",
    "<<",
    "'",
    '"',
    "|",
    "~",
]
SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(-1e9, 1e9) | st.text(max_size=40)
JSON = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=20), inside, max_size=4),
    max_leaves=20,
)


def answer(tmp_path: Path, content: bytes) -> None:
    """Load ``content``; anything but a topology or violations with a position fails the test."""
    try:
        load_topology(written(tmp_path, content))
    except InvalidTopologyError as error:
        violations = error.violations
    else:
        return
    assert violations
    assert all(isinstance(found, Violation) and found.position and found.position.line >= 1 for found in violations)


@pytest.mark.fault(39, "any bytes in place of a topology")
@FAST
@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
def test_any_bytes_get_an_answer(tmp_path: Path, content: bytes) -> None:
    answer(tmp_path, content)


@pytest.mark.fault(39, "hostile YAML")
@FAST
@given(st.lists(st.sampled_from(TOKENS), max_size=60).map("".join))
@example("? &a [*a]")
@example("{? : [")
def test_any_mixture_of_yaml_gets_an_answer(tmp_path: Path, content: str) -> None:
    answer(tmp_path, content.encode())


@FAST
@given(st.data())
def test_any_cut_of_a_valid_topology_gets_an_answer(tmp_path: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(VALID)))
    end = data.draw(st.integers(start, len(VALID)))
    answer(tmp_path, (VALID[:start] + data.draw(st.sampled_from(TOKENS)) + VALID[end:]).encode())


@FAST
@given(st.dictionaries(st.sampled_from(["schema_version", "profile", "openbao", "networks", "runtime_assets"]), JSON))
def test_any_data_under_known_keys_gets_an_answer(tmp_path: Path, content: dict[str, Any]) -> None:
    answer(tmp_path, json.dumps(content).encode())


@FAST
@given(st.dictionaries(st.text(alphabet=st.characters(codec="ascii", min_codepoint=32), min_size=1), JSON, max_size=5))
def test_data_is_the_same_after_dump_and_read(content: dict[str, Any]) -> None:
    text = json.dumps(content, allow_nan=False)
    reader = Reader(Source("dump", text.encode(), text))
    reader.read()
    if not reader.violations:
        assert reader.data == json.loads(text)


def test_a_topology_is_the_same_after_dump_and_load(tmp_path: Path) -> None:
    before = load_topology(written(tmp_path, VALID)).topology
    plain = before.model_dump(mode="json", exclude_unset=True)
    dumped = yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False)
    assert load_topology(written(tmp_path, dumped)).topology == before
