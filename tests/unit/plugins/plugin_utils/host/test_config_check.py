# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in ExecStartPre refuses every config that the schema of the service refuses."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import GENERATION_MARK
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import generation_document, refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import UnitTemplates
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.runtime_asset import LxcAsset
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[5]
LAB = ROOT / "inventories" / "lxc-pve-lab"
UNKNOWN = "unknown_key"


class Configured(NamedTuple):
    """A unit with a config: its text, its files, and the schema its config was checked against."""

    name: str
    text: str
    files: dict[str, str]
    schema: dict[str, Any]


def configured() -> Iterator[Configured]:
    """Every service of the shipped lab that has a config."""
    templates = UnitTemplates({file.name: file.read_text() for file in (ROOT / "roles/host/templates").glob("*.j2")})
    for asset_id, asset in load_topology(LAB / "topology.yml").topology.runtime_assets.items():
        if not isinstance(asset, LxcAsset):
            continue
        document = host_document(asset_id, asset)
        units = generation_document(document, templates, {ref: f"{ref}@1" for ref in refs(document)})["units"]
        for name, service in asset.services.items():
            if service.config is not None:
                unit = units[f"{name}.service"]
                schema = json.loads((LAB / service.config.schema_file).read_text())
                yield Configured(f"{name}.service", unit["text"], unit["files"], schema)


def spoiled(content: Any) -> Iterator[Any]:
    """``content`` without each of its keys, with each of another type, and with one that nobody knows, at any depth."""
    yield content | {UNKNOWN: "x"}
    for key, value in content.items():
        yield {other: kept for other, kept in content.items() if other != key}
        yield content | {key: [value]}
        if isinstance(value, dict):
            yield from (content | {key: inner} for inner in spoiled(copy.deepcopy(value)))


def starts(unit: Configured, generation: Path, config: str) -> bool:
    """Run what stands in ExecStartPre over ``config``, as the unit would."""
    folder = generation / "files" / unit.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (unit.files | {"config.json": config}).items():
        (folder / name).write_text(text, encoding="utf-8")
    (line,) = [line for line in unit.text.splitlines() if line.startswith("ExecStartPre=+")]
    command = line.removeprefix("ExecStartPre=+").replace(GENERATION_MARK, str(generation)).split(" ")
    return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode == 0


UNITS = tuple(configured())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_with_no_config_that_its_schema_refuses(tmp_path: Path, unit: Configured) -> None:
    validator, written = Draft202012Validator(unit.schema), unit.files["config.json"]
    assert validator.is_valid(json.loads(written)) and starts(unit, tmp_path, written)
    refused = [one for one in spoiled(json.loads(written)) if not validator.is_valid(one)]
    assert len(refused) > 3
    assert [one for one in refused if starts(unit, tmp_path, json.dumps(one))] == []
