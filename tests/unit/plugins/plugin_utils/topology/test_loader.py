# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders of files; positions; everything at once."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation import explain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .annotated import actual, violations
from .base import ASSETS, HEAD, VALID, written
from .spread import spread, value_at

FAST = settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PLUGIN = "plugin: fractalops.infra.topology\n"
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
    (tmp_path / "b.yml").write_text("profile: other\nruntime_assets:\n  web:\n    role: db\nnodes: []\n")
    what, hint, kinds = "the key is given in two files", "keep one of them", ", here as a list, there as a mapping"
    assert violations(tmp_path) == [
        f"{tmp_path}/b.yml:1:1 profile: {what} ({tmp_path}/a.yml line 2); {hint}",
        f"{tmp_path}/b.yml:4:5 runtime_assets.web.role: {what} ({tmp_path}/a.yml line 8); {hint}",
        f"{tmp_path}/b.yml:5:1 nodes: {what}{kinds} ({tmp_path}/a.yml line 5); {hint}",
    ]


def test_every_file_may_say_that_it_is_an_inventory(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(PLUGIN + HEAD)
    (tmp_path / "b.yml").write_text(PLUGIN + ASSETS)
    (tmp_path / "c.yml").write_text(DB)
    loaded = load_topology(tmp_path)
    assert loaded.topology.plugin == "fractalops.infra.topology"
    assert list(loaded.topology.runtime_assets) == ["web", "db"]


def test_a_file_that_says_it_belongs_to_another_plugin_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(PLUGIN + HEAD)
    (tmp_path / "b.yml").write_text("plugin: other\n" + ASSETS)
    what = "the key is given in two files"
    assert violations(tmp_path) == [f"{tmp_path}/b.yml:1:1 plugin: {what} ({tmp_path}/a.yml line 1); keep one of them"]
    (found,) = violations(written(tmp_path, "plugin: other\n" + VALID))
    assert " plugin: " in found and "fractalops.infra.topology" in found


def test_every_file_that_gives_a_key_again_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(VALID)
    (tmp_path / "b.yml").write_text("profile: lab\n")
    (tmp_path / "c.yml").write_text("\nprofile: lab\n")
    what = f"profile: the key is given in two files ({tmp_path}/a.yml line 2); keep one of them"
    assert violations(tmp_path) == [f"{tmp_path}/b.yml:1:1 {what}", f"{tmp_path}/c.yml:2:1 {what}"]


def test_a_copy_of_a_large_file_in_the_folder_is_told_in_part_and_counted(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(VALID + "".join(f"  h{number}: {{role: web}}\n" for number in range(600)))
    found = violations(tmp_path)
    assert found[0] == (
        f"{tmp_path}/a.yml:1:1: there are 114 more keys given in two files, which are only counted; fix these first"
    )
    assert sum("the key is given in two files" in text for text in found) == 500


def test_a_key_given_twice_in_one_file_is_told_of_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(VALID)
    (tmp_path / "b.yml").write_text(DB + DB)
    what, hint = f"{tmp_path}/b.yml:5:1 runtime_assets: the key is given twice", "keep one of them"
    assert f"{what} (line 1); {hint}" in violations(tmp_path)


def test_a_host_may_be_spread_over_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(VALID)
    (tmp_path / "b.yml").write_text("runtime_assets:\n  web:\n    activation: {window_seconds: 60}\n")
    loaded = load_topology(tmp_path)
    web = ("runtime_assets", "web")
    assert loaded.topology.runtime_assets["web"].activation.window_seconds == 60
    assert str(loaded.where((*web, "activation", "window_seconds"))) == f"{tmp_path}/b.yml:3:34"
    assert str(loaded.where((*web, "activation", "soak_seconds"))) == f"{tmp_path}/b.yml:3:5"
    assert str(loaded.where((*web, "services"))) == f"{tmp_path}/a.yml:7:3"
    assert explain(loaded, (*web, "role")).position == loaded.where((*web, "role"))


def test_a_fault_of_a_spread_host_is_found_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(VALID.replace("    role: web\n", ""))
    (tmp_path / "b.yml").write_text("runtime_assets:\n  web:\n    activation:\n      window_seconds: 0\n")
    found = [text.split(":", 3)[:3] for text in violations(tmp_path)]
    assert found == [[f"{tmp_path}/a.yml", "7", "3 runtime_assets.web.role"], [f"{tmp_path}/b.yml", "4", found[1][2]]]
    assert "runtime_assets.web.activation.window_seconds" in found[1][2]


@FAST
@given(st.data())
def test_a_topology_spread_at_random_is_the_topology_with_every_place(tmp_path: Path, data: st.DataObject) -> None:
    document = yaml.safe_load(VALID)
    whole = load_topology(written(tmp_path, VALID)).topology
    files, owners = data.draw(spread(document, ["a.yml", "b.yml", "c.yml"]))
    with TemporaryDirectory(dir=tmp_path) as folder:
        for name, content in files.items():
            (Path(folder) / name).write_text(json.dumps(content, indent=1))
        loaded = load_topology(folder)
        assert loaded.topology == whole
        for path, name in owners.items():
            place = loaded.where(path)
            line = (Path(folder) / name).read_text().splitlines()[place.line - 1]
            assert place.file == f"{folder}/{name}"
            assert line[place.column - 1 :].rstrip(",") == json.dumps(value_at(document, path))


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
