# SPDX-License-Identifier: GPL-3.0-or-later
"""The action and its two playbooks through the real Ansible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.action.topology_info import ActionModule
from ansible_collections.fractalops.infra.plugins.modules.topology_info import DOCUMENTATION, RETURN
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.topology import TOPOLOGY as OPTION
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.documentation import options as documented_options
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from yaml import safe_load

TOPOLOGY = ROOT / "tests" / "golden" / "graph" / "topology.yml"
URL = "runtime_dependencies.postgres.derived.URL"
JINJA = "{{ lookup('pipe', 'touch pwned') }}"


def info(folder: Path, *flags: str, **options: Any) -> tuple[int, dict[str, Any]]:
    """Exit status and result of the action."""
    given = json.dumps({"topology": str(folder / "topology.yml"), **options})
    done = ansible("adhoc", folder, "control_plane", "-m", "fractalops.infra.topology_info", "-a", given, *flags)
    _head, _arrow, result = done.stdout.partition("=> ")
    assert result, done.stderr + done.stdout
    return done.returncode, json.loads(result)


@pytest.fixture(name="lab")
def write_lab(tmp_path: Path) -> Path:
    """A folder with a topology and the configuration file that names it."""
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (tmp_path / "topology.yml").write_text(TOPOLOGY.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_the_result_says_what_the_topology_says(lab: Path) -> None:
    status, found = info(lab, "--check")
    assert (status, found["changed"], found["profile"]) == (0, False, "drawn")
    assert (found["hosts"], found["clusters"]) == (["idle", "worker-1"], ["lab"])
    assert found["assets"][2] == {
        "id": "portal", "role": "portal", "kind": "kubernetes", "endpoints": {"public_url": "https://portal.example"},
    }  # fmt: skip
    password = {"path": "runtime_dependencies.postgres.password", "ref": "bao://secret/runtime/postgres#password"}
    assert password in found["refs"]
    assert URL in [one["path"] for one in found["derived"]]
    assert (found["violations"], found["violations_count"], found["explanations"], found["graph"]) == ([], 0, [], {})


def test_where_an_asset_runs_is_not_part_of_its_description(lab: Path) -> None:
    shown = json.dumps(info(lab)[1]["assets"])
    for selector in ("pve1", "10.20.30.11", "fractalops", "namespace", "container_id", "workload"):
        assert selector not in shown


def test_values_are_explained_and_pictures_drawn_when_asked_for(lab: Path) -> None:
    _status, found = info(lab, explain=[URL, "runtime_assets.idle.role"], graph=["mermaid", "html"])
    url, role = found["explanations"]
    assert (url["origin"], url["position"], role["value"]) == ("derived", None, "spare")
    assert role["position"].startswith(f"{lab}/topology.yml:")
    assert url["sources"][0]["path"].startswith("runtime_assets.postgres.endpoints")
    expected = TOPOLOGY.parent / "expected" / "topology.mmd"
    assert found["graph"]["mermaid"] == expected.read_text(encoding="utf-8")
    assert found["graph"]["html"].startswith("<!DOCTYPE html>\n")


def test_an_invalid_topology_fails_the_task_and_carries_every_violation(lab: Path) -> None:
    broken = (
        TOPOLOGY.read_text(encoding="utf-8").replace("profile: drawn", "profile: 5").replace("node: pve2", "node: pv")
    )
    (lab / "draft.yml").write_text(broken, encoding="utf-8")
    status, found = info(lab, topology=str(lab / "draft.yml"))
    assert status == 2
    assert found["violations_count"] == len(found["violations"]) == 2
    assert found["violations"][0].startswith(f"{lab}/draft.yml:4:10 profile: needs text")
    assert "assets" not in found


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"explain": ["profil"]}, "the closest are:\n  profile"),
        ({"explain": ["a..b"]}, "is not a path of a topology"),
        ({"graph": ["png"]}, "value of graph must be one or more of: mermaid, html"),
        ({"topology": "/nowhere/topology.yml"}, "/nowhere/topology.yml"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_answered_is_refused(lab: Path, options: dict[str, Any], words: str) -> None:
    status, found = info(lab, **options)
    assert status == 2
    assert words in found["msg"]
    assert "Traceback" not in json.dumps(found)


def test_a_template_in_the_topology_stays_text(lab: Path) -> None:
    text = (lab / "topology.yml").read_text(encoding="utf-8")
    (lab / "topology.yml").write_text(
        text.replace("user: worker", f'user: worker\n        description: "{JINJA}"'), encoding="utf-8"
    )
    path = "runtime_assets.worker-1.services.fractalops-worker.description"
    done = ansible("playbook", lab, "fractalops.infra.explain", "-e", f"path={path}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert JINJA in done.stdout
    assert not (lab / "pwned").exists()


def test_the_playbook_explains_a_value(lab: Path) -> None:
    done = ansible("playbook", lab, "fractalops.infra.explain", "-e", f"path={URL}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{lab}/topology.yml:" in done.stdout
    assert "default of the model" in done.stdout


def test_the_playbook_asks_for_a_path_and_names_close_ones(lab: Path) -> None:
    assert "No path: add -e path=" in ansible("playbook", lab, "fractalops.infra.explain").stdout
    done = ansible("playbook", lab, "fractalops.infra.explain", "-e", "path=runtime_assets.portl")
    assert done.returncode != 0
    assert "runtime_assets.portal" in done.stdout


def test_the_playbook_writes_the_page_once(lab: Path) -> None:
    page = lab / "page.html"
    first = ansible("playbook", lab, "fractalops.infra.graph", "-e", f"dest={page}")
    assert "changed=1" in first.stdout, first.stdout + first.stderr
    assert page.read_text(encoding="utf-8").endswith("</html>\n")
    assert "changed=0" in ansible("playbook", lab, "fractalops.infra.graph", "-e", f"dest={page}").stdout


def test_the_playbook_shows_the_difference_in_check_mode_and_writes_nothing(lab: Path) -> None:
    arguments = ("-e", f"dest={lab}/page.mmd", "-e", "format=mermaid", "--check", "--diff")
    done = ansible("playbook", lab, "fractalops.infra.graph", *arguments)
    assert "+flowchart LR" in done.stdout, done.stdout + done.stderr
    assert not (lab / "page.mmd").exists()


def test_the_documentation_names_every_option_and_every_returned_key(lab: Path) -> None:
    assert set(documented_options(DOCUMENTATION)) == set({**OPTION, **ActionModule.ARGUMENTS})
    assert set(safe_load(RETURN)) == set(info(lab)[1]) - {"changed"}
