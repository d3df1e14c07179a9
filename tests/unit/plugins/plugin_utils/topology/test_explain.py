# SPDX-License-Identifier: GPL-3.0-or-later
"""Where values come from: lines of files, the model, rules; and what is said of a path that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology, load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.derivation.derive import derive
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.dotted_path import (
    MalformedPathError,
    parsed_path,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation import (
    Origin,
    UnknownPathError,
    explain,
    explanation_data,
    explanation_text,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation.known_value import KnownValues
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.violation import dotted

from .base import ROOT, connected, written
from .command import run

FILE = ROOT / "tests" / "golden" / "graph" / "topology.yml"
NAMESPACE = "runtime_dependencies.postgres.derived.K8S_NAMESPACE"


@pytest.fixture(name="loaded", scope="module")
def _loaded() -> LoadedTopology:
    return load_topology(FILE)


def line(text: str) -> int:
    """Number of the first line of the topology that holds ``text``."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return next(number for number, content in enumerate(lines, 1) if text in content)


def told(loaded: LoadedTopology, path: str) -> str:
    return explanation_text(explain(loaded, parsed_path(path)))


def test_a_declared_value_names_its_line_and_what_the_field_is_for(loaded: LoadedTopology) -> None:
    where = f"{FILE}:{line('user: worker')}:15"
    assert told(loaded, "runtime_assets.worker-1.services.fractalops-worker.user") == (
        'runtime_assets.worker-1.services.fractalops-worker.user = "worker"\n'
        f"  declared  {where}\n"
        "  field     One user per service: processes of one user can read each other's credentials.\n"
    )


def test_a_default_is_named_as_one_of_the_model(loaded: LoadedTopology) -> None:
    where = f"{FILE}:{line('worker-1:')}:3"
    assert told(loaded, "runtime_assets.worker-1.activation.window_seconds").splitlines()[:2] == [
        "runtime_assets.worker-1.activation.window_seconds = 90",
        f"  default   default of the model; not written at {where}",
    ]


def test_a_derived_value_names_its_rule_and_every_source_with_its_line(loaded: LoadedTopology) -> None:
    rule = next(one.rule for one in derive(loaded.topology) if dotted(one.path) == NAMESPACE)
    lines = told(loaded, NAMESPACE).splitlines()
    assert lines[:2] == [f'{NAMESPACE} = "data"', f"  derived   {rule}"]
    assert f"{FILE}:{line('workload: postgres')}:" in lines[-1]
    assert 'runtime_assets.postgres.binding.namespace = "data"' in lines[-1]


def test_a_derived_value_can_be_made_from_a_default(loaded: LoadedTopology) -> None:
    assert "postgres.port = 5432, default of the model" in told(loaded, "runtime_dependencies.postgres.derived.URL")


def test_a_declared_value_tells_what_is_made_from_it(loaded: LoadedTopology) -> None:
    assert f"  makes     {NAMESPACE}\n" in told(loaded, "runtime_assets.postgres.binding.namespace")


def test_a_mapping_is_told_by_its_keys(loaded: LoadedTopology) -> None:
    assert told(loaded, "nodes").splitlines()[0] == "nodes = {2: pve1, pve2}"


def test_every_value_of_a_topology_can_be_explained_by_the_path_it_is_shown_with(loaded: LoadedTopology) -> None:
    derived = derive(loaded.topology)
    paths = [known.path for known in KnownValues(loaded.topology, derived).everything() if known.path]
    assert {one.path for one in derived} < set(paths)
    for path in paths:
        assert parsed_path(dotted(path)) == path
        found = explain(loaded, path)
        assert (found.position is None) == (found.origin is Origin.DERIVED)
        assert explanation_data(found)["path"] == dotted(path)


def test_every_derived_value_is_explained_down_to_lines_of_the_file(loaded: LoadedTopology) -> None:
    for one in derive(loaded.topology):
        found = explain(loaded, one.path)
        assert (found.value, found.rule) == (one.value, one.rule)
        assert found.sources
        assert all(source.position is not None for source in found.sources), one.path


@pytest.mark.parametrize(
    ("mode", "url", "source"),
    [
        ("scim", "https://scim.example/v2", "connector_inventory[0].scim_base_url"),
        ("poll", "https://proxy.example", "runtime_assets.proxy.endpoints.executor_url"),
    ],
)
def test_where_a_connector_is_executed_is_told_with_what_decides_it(
    tmp_path: Path, mode: str, url: str, source: str
) -> None:
    file = written(tmp_path, connected("standard", "chat", mode))
    lines = told(load_topology(file), "connector_inventory.a.derived.EXECUTOR_URL").splitlines()
    assert lines[0] == f'connector_inventory.a.derived.EXECUTOR_URL = "{url}"'
    assert "SCIM base in mode scim" in lines[1]
    assert any(f'{source} = "{url}"' in line and f"{file}:" in line for line in lines[2:])
    shown = run("explain", file, "connector_inventory.a.derived.EXECUTOR_URL")
    assert (shown.returncode, shown.stdout.splitlines()) == (0, lines)


@pytest.mark.parametrize(
    ("asked", "closest"),
    [
        ("runtime_asset.portal.role", "runtime_assets.portal.role"),
        ("runtime_assets.portal.endpoint.public_url", "runtime_assets.portal.endpoints.public_url"),
        ("runtime_assets.portal.binding.name_space", "runtime_assets.portal.binding.namespace"),
        ("K8S_NAMESPACE", NAMESPACE),
        ("worker-1.activation", "runtime_assets.worker-1.activation"),
        ("nodes.zzz", "nodes.pve1"),
        ("profile.name", "profile"),
    ],
)
def test_an_unknown_path_is_refused_with_the_closest_ones(loaded: LoadedTopology, asked: str, closest: str) -> None:
    with pytest.raises(UnknownPathError) as caught:
        explain(loaded, parsed_path(asked))
    assert closest in [dotted(path) for path in caught.value.closest]
    assert f"{asked}: the topology has no such value; the closest are:" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", "a.", "a[b]", "a[1", 'a["', "a]b", "a[0]b", "a[99999999999]", " \n\0]"]
)
def test_what_is_not_a_path_is_refused(text: str) -> None:
    with pytest.raises(MalformedPathError, match="is not a path of a topology; write keys with dots"):
        parsed_path(text)


def test_keys_of_other_characters_stand_in_brackets() -> None:
    assert parsed_path('a["/srv/x.y"].mode[3]') == ("a", "/srv/x.y", "mode", 3)


def test_the_command_explains_without_ansible() -> None:
    done = run("explain", FILE, NAMESPACE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f'{NAMESPACE} = "data"\n  derived   ')


def test_the_command_refuses_an_unknown_path_with_status_one() -> None:
    done = run("explain", FILE, "profil")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "profil: the topology has no such value; the closest are:\n  profile\n"


def test_the_command_refuses_an_invalid_topology_with_every_violation(tmp_path: Path) -> None:
    broken = tmp_path / "topology.yml"
    broken.write_text(FILE.read_text(encoding="utf-8").replace("profile: drawn", "profile: 5"), encoding="utf-8")
    done = run("explain", broken, "profile")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{broken}:4:10 profile: needs text")


@pytest.mark.parametrize("words", [("explain",), ("explain", FILE), ("explain", FILE, "a", "b")])
def test_wrong_usage_of_the_command_has_its_own_exit_status(words: tuple[str | Path, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "usage: topology explain" in done.stderr
