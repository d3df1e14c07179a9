# SPDX-License-Identifier: GPL-3.0-or-later
"""Where schemas are read from, and from where not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

from ..annotated import violations
from ..base import VALID, written

SERVICE = """\
    services:
      api:
        user: api
        exec: ["/bin/true"]
        hardening: strict
        config: {format: json, schema: PATH, content: {queue: 5}}
"""
WANTED = '{"type": "object", "properties": {"queue": {"type": "integer"}}}'
AT = "runtime_assets.web.services.api.config.schema"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """The folder of a topology, in a folder of its own."""
    folder = tmp_path / "inventories" / "lab"
    folder.mkdir(parents=True)
    return folder


def with_schema(folder: Path, path: str) -> Path:
    """A topology in ``folder`` with a config whose schema has this path."""
    return written(folder, VALID + SERVICE.replace("PATH", path))


@pytest.mark.parametrize("path", ["api.json", "schemas/api.json", "../schemas/api.json", "../schemas/v1/api.json"])
def test_a_schema_lies_in_the_folder_of_the_topology_or_in_the_schemas_beside_it(folder: Path, path: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(WANTED)
    topology = with_schema(folder, path)
    assert [name for name, _asset in load_topology(topology).topology.lxc_assets] == ["web"]
    file.write_text(WANTED.replace("integer", "string"))
    (found,) = violations(topology)
    assert "config.content.queue: has the wrong type" in found


@pytest.mark.parametrize(
    "path", ["../api.json", "../other/a.json", "../../schemas/api.json", "../schemas/../api.json", "/schemas/api.json"]
)
def test_a_schema_is_nowhere_else(folder: Path, path: str) -> None:
    (folder.parent / "other").mkdir()
    for place in (folder.parent, folder.parent / "other"):
        (place / "api.json").write_text(WANTED)
    (found,) = violations(with_schema(folder, path))
    assert f"{AT}: is not the path of a schema; name a file" in found


def test_a_link_does_not_lead_out_of_the_schemas(folder: Path) -> None:
    (folder.parent / "secret.json").write_text(WANTED)
    shared = folder.parent / "schemas"
    shared.mkdir()
    (shared / "api.json").symlink_to("../secret.json")
    (found,) = violations(with_schema(folder, "../schemas/api.json"))
    assert "../schemas/api.json is a link that leaves the folder" in found


def test_the_schemas_themselves_are_no_link(folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "api.json").write_text(WANTED)
    (folder.parent / "schemas").symlink_to("other")
    (found,) = violations(with_schema(folder, "../schemas/api.json"))
    assert "../schemas/api.json is a link that leaves the folder" in found
