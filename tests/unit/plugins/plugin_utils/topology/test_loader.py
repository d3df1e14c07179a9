# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders of files; positions; everything at once."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

from .annotated import actual, violations
from .base import ASSETS, HEAD, VALID, written

DB = """\
runtime_assets:
  db:
    role: db
    binding: {type: lxc, node: pve1, container_id: 102, network: lab, address: 10.20.30.12}
"""


def test_a_valid_topology_has_its_values(tmp_path: Path) -> None:
    topology = load_topology(written(tmp_path, VALID)).topology
    assert (topology.profile, list(topology.runtime_assets)) == ("lab", ["web"])


def test_a_folder_is_one_topology_with_its_sections_spread_over_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(HEAD)
    (tmp_path / "b.yml").write_text(ASSETS)
    (tmp_path / "c.yml").write_text(DB)
    loaded = load_topology(tmp_path)
    assert list(loaded.topology.runtime_assets) == ["web", "db"]
    assert str(loaded.where(("runtime_assets", "db", "role"))) == f"{tmp_path}/c.yml:3:11"


def test_a_key_given_in_two_files_names_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(VALID)
    (tmp_path / "b.yml").write_text("profile: other\n" + DB.replace("db:", "web:"))
    what, hint = "the key is given in two files", "keep one of them"
    assert violations(tmp_path) == [
        f"{tmp_path}/b.yml:1:1 profile: {what} ({tmp_path}/a.yml line 2); {hint}",
        f"{tmp_path}/b.yml:3:3 runtime_assets.web: {what} ({tmp_path}/a.yml line 7); {hint}",
    ]


def test_a_fault_is_found_in_the_file_that_holds_it(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(VALID)
    (tmp_path / "b.yml").write_text(DB.replace("30.12", "30.11"))
    where, what = "runtime_assets.db.binding.address", "address 10.20.30.11 is already used by 'web'"
    hint = "give 'db' another address"
    assert violations(tmp_path) == [f"{tmp_path}/b.yml:4:80 {where}: {what} ({tmp_path}/a.yml line 9); {hint}"]


@pytest.mark.parametrize(("name", "words"), [("x.yaml", "would not be read"), ("y.yml", "link leaves the folder")])
def test_a_folder_holds_nothing_unclear(tmp_path: Path, name: str, words: str) -> None:
    folder = tmp_path / "topology"
    folder.mkdir()
    (tmp_path / "elsewhere").write_text(VALID)
    (folder / name).symlink_to(tmp_path / "elsewhere")
    assert words in violations(folder)[0]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no *.yml file" in violations(tmp_path)[0]


def test_every_fault_of_every_kind_comes_out_at_once_sorted_by_place(tmp_path: Path) -> None:
    broken = VALID.replace("profile: lab", "profile: Lab").replace("node: pve1,", "node: pve9,")
    file = written(tmp_path, broken + "  db: &db {role: yes}\n# \t\nlast: 1\n")
    assert [violation.split(" ")[0] for violation in actual(file)] == [
        "2:10",
        "9:32",
        "10:3",
        "10:7",
        "10:18",
        "11:3",
        "12:1",
    ]


def test_a_faulty_asset_does_not_hide_the_conflicts_of_the_others(tmp_path: Path) -> None:
    twin = DB.removeprefix("runtime_assets:\n").replace("102", "101").replace("30.12", "30.13")
    file = written(tmp_path, VALID + "  broken: {role: 5}\n" + twin)
    assert any("container 101 on node 'pve1' is already 'web'" in violation for violation in actual(file))


def test_a_schema_cannot_be_reached_through_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "topology"
    folder.mkdir()
    (tmp_path / "outside.json").write_text("{}")
    (folder / "schema.json").symlink_to(tmp_path / "outside.json")
    config = "{format: json, schema: schema.json, content: {}}"
    service = f'    services: {{api: {{user: api, exec: ["/bin/true"], hardening: strict, config: {config}}}}}\n'
    assert "is a link that leaves the folder" in actual(written(folder, VALID + service))[0]


@pytest.mark.parametrize("was_enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, was_enabled: bool) -> None:  # noqa: FBT001
    (gc.enable if was_enabled else gc.disable)()
    try:
        load_topology(written(tmp_path, VALID))
        assert gc.isenabled() is was_enabled
        with pytest.raises(InvalidTopologyError):
            load_topology(tmp_path / "absent.yml")
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "1:1"),
        (("profile",), "2:10"),
        (("openbao", "auth", "method"), "3:78"),
        (("runtime_assets", "web"), "7:3"),
        (("runtime_assets", "web", "binding", "address"), "9:80"),
        (("runtime_assets", "web", "services", "absent"), "7:3"),
        (("absent",), "1:1"),
    ],
)
def test_a_path_stands_where_its_value_does_or_at_the_nearest_thing_above(
    tmp_path: Path, path: tuple[str, ...], place: str
) -> None:
    file = written(tmp_path, VALID)
    assert str(load_topology(file).where(path)) == f"{file}:{place}"
