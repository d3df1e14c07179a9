# SPDX-License-Identifier: GPL-3.0-or-later
"""Every value has one name, and nothing picks the first of several that happens to be there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import models
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, python_files

#: Functions that take several names or values and return the first one that is there.
PICKERS = re.compile(r"^_?(pick|coalesce|first_of|first_found|first_set|get_any|getenv)(_|$)")
#: The same in YAML and templates: a filter or lookup, or a default that is another default.
PICKED = re.compile(
    r"\b(pick|coalesce|first_found|getenv)\b\s*\(|['\"]ansible\.builtin\.first_found['\"]|with_first_found"
    r"|default\(\s*\w*_(old|legacy|alias)\b"
)
PLACES = ("playbooks", "roles", "inventories", "plugins")


def pickers(source: str) -> Iterator[str]:
    """Each definition or call of a picker in ``source``, as ``line: name``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.Call) and PICKERS.search(name(node)):
            yield f"{node.lineno}: {name(node)}"


def name(node: ast.FunctionDef | ast.Call) -> str:
    """Of the function that is defined or called, without what it is an attribute of."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    return str(getattr(node.func, "id", None) or getattr(node.func, "attr", ""))


def aliases(options: dict[str, Any]) -> Iterator[str]:
    """Options with a second name, at any depth."""
    for option_name, option in options.items():
        if "aliases" in option:
            yield option_name
        for key in ("options", "suboptions"):
            yield from aliases(option.get(key) or {})


def documented() -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and options of every plugin, fragment and role."""
    for file in python_files("plugins"):
        _before, mark, rest = (ROOT / file).read_text(encoding="utf-8").partition('DOCUMENTATION = r"""')
        if mark:
            yield file, yaml.safe_load(rest.partition('"""')[0]).get("options", {})
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            yield str(path.relative_to(ROOT)), entry.get("options", {})


def test_no_plugin_picks_the_first_of_several_names() -> None:
    found = [f"{file}:{one}" for file in python_files("plugins") for one in pickers((ROOT / file).read_text("utf-8"))]
    assert found == []


def test_no_role_playbook_or_template_picks_the_first_of_several_names() -> None:
    paths = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in {".yml", ".j2"}]
    assert len(paths) > 50
    assert [str(path.relative_to(ROOT)) for path in paths if PICKED.search(path.read_text(encoding="utf-8"))] == []


def test_every_field_of_a_topology_is_read_under_one_name() -> None:
    fields = [(model, key, info) for model in models(Topology) for key, info in model.model_fields.items()]
    assert len(fields) > 200
    assert [(model, key) for model, key, info in fields if info.validation_alias != info.alias] == []
    assert [model for model, _key, _info in fields if model.model_config.get("validate_by_name")] == []
    assert [model for model, _key, _info in fields if model.model_config.get("populate_by_name")] == []


def test_no_option_of_a_plugin_or_role_has_a_second_name() -> None:
    places = list(documented())
    assert len(places) > 20
    assert [(place, option) for place, options in places for option in aliases(options)] == []


@pytest.mark.parametrize(
    "source", ("pick(env, 'A', 'B')", "config.pick('A')", "def pick_first(*names): ...", "getenv('A')")
)
def test_a_picker_in_python_is_found(source: str) -> None:
    assert list(pickers(source))


@pytest.mark.parametrize(
    "text",
    (
        'url: "{{ pick(new_url, old_url) }}"',
        "src: \"{{ lookup('ansible.builtin.first_found', names) }}\"",
        'url: "{{ url | default(url_legacy) }}"',
    ),
)
def test_a_picker_in_yaml_is_found(text: str) -> None:
    assert PICKED.search(text)


def test_a_second_name_is_found() -> None:
    options = {"outer": {"suboptions": {"inner": {"aliases": ["old"]}}}, "other": {"type": "str"}}
    assert list(aliases(options)) == ["inner"]
