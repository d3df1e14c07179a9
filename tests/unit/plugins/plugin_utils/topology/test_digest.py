# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a topology's files, and whether they are still what it was made from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.digest import TopologyDigest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.freshness import (
    StaleInventoryError,
    require_current,
)

HEAD = """\
schema_version: 1
profile: lab
openbao: {address: "https://bao.example:8200", mount: secret, auth: {method: token_file}}
networks: {lab: {cidr: 10.20.30.0/24, gateway: 10.20.30.1}}
nodes: {pve-1: {address: 10.20.30.2}}
"""
ASSETS = """\
runtime_assets:
  web:
    role: web
    binding: {type: lxc, node: pve-1, container_id: 101, network: lab, address: 10.20.30.11}
    services:
      web:
        user: web
        exec: ["/bin/true"]
        hardening: strict
        config: {format: json, schema: schemas/web.json, content: {}}
"""


@pytest.fixture(name="source", params=("file", "folder"))
def write_topology(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The topology as one file, or as a folder of two; its schema beside it."""
    if request.param == "file":
        source = tmp_path / "topology.yml"
        source.write_text(HEAD + ASSETS)
        folder = tmp_path
    else:
        source = folder = tmp_path / "topology"
        folder.mkdir()
        (folder / "head.yml").write_text(HEAD)
        (folder / "topology.yml").write_text(ASSETS)
    (folder / "schemas").mkdir()
    (folder / "schemas" / "web.json").write_text("{}")
    return source


def folder_of(source: Path) -> Path:
    return source if source.is_dir() else source.parent


def test_a_digest_names_every_file_and_schema_and_survives_as_text(source: Path) -> None:
    digest = load_topology(source).digest
    others = ["head.yml"] if source.is_dir() else []
    assert list(digest.files) == [*others, "schemas/web.json", "topology.yml"]
    assert TopologyDigest(json.loads(json.dumps(digest.files))).short == digest.short
    require_current(str(source), digest)


def test_an_unchanged_topology_has_the_same_digest_wherever_it_lies(source: Path) -> None:
    before = load_topology(source).digest
    moved = source.rename(source.with_name("moved")) if source.is_dir() else source
    assert load_topology(moved).digest == before


def rewrite(folder: Path) -> None:
    (folder / "topology.yml").write_text((folder / "topology.yml").read_text() + "# later\n")


def change_schema(folder: Path) -> None:
    (folder / "schemas" / "web.json").write_text('{"type": "object"}')


def remove_schema(folder: Path) -> None:
    (folder / "schemas" / "web.json").unlink()


@pytest.mark.parametrize(
    ("act", "words"),
    (
        (rewrite, "topology.yml changed"),
        (change_schema, "schemas/web.json changed"),
        (remove_schema, "schemas/web.json is gone"),
    ),
)
def test_a_file_that_is_not_as_it_was_is_named_with_both_digests(
    source: Path, act: Callable[[Path], None], words: str
) -> None:
    then = load_topology(source).digest
    act(folder_of(source))
    with pytest.raises(StaleInventoryError) as stale:
        require_current(str(source), then)
    assert f"({words})" in str(stale.value)
    assert f"when the topology was {then.short}, and now it is " in str(stale.value)
    assert "sync the inventory again" in str(stale.value)


def test_a_file_more_in_the_folder_is_named_and_any_other_file_does_not_count(source: Path) -> None:
    then, folder = load_topology(source).digest, folder_of(source)
    (folder / "README.md").write_text("x")
    (folder / ".hidden.yml").write_text("x")
    require_current(str(source), then)
    (folder / "zones.yml").write_text("x")
    if source.is_dir():
        with pytest.raises(StaleInventoryError, match=r"\(zones.yml is new\)"):
            require_current(str(source), then)
    else:
        require_current(str(source), then)


def test_a_folder_that_would_not_be_read_is_not_current(source: Path) -> None:
    then = load_topology(source).digest
    (folder_of(source) / "more.yaml").write_text("x")
    if source.is_dir():
        with pytest.raises(StaleInventoryError, match="this file would not be read"):
            require_current(str(source), then)
    else:
        require_current(str(source), then)


def test_a_topology_that_is_gone_is_told(source: Path) -> None:
    then = load_topology(source).digest
    source.rename(source.with_name("elsewhere"))
    with pytest.raises(StaleInventoryError, match="made from is not there; sync the inventory again"):
        require_current(str(source), then)


def test_names_count_and_not_only_what_is_in_the_files() -> None:
    one, other = TopologyDigest.of({"a.yml": b"x"}), TopologyDigest.of({"b.yml": b"x"})
    assert one.files["a.yml"] == other.files["b.yml"]
    assert one.short != other.short
