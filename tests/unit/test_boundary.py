# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and playbooks keep to the descriptor of an asset, and one that does not is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.check.boundary import PLACES, findings, main
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

TASKS = """\
---
- name: Restart the portal of namespace fractalops, vmid 210
  ansible.builtin.command:
    argv: [pct, exec, "{{ hostvars['portal'].runtime_asset.container_id }}", systemctl, restart, portal]
- name: Scale it
  kubernetes.core.k8s_scale:
    namespace: fractalops
    name: "{{ portal.id }}"
- name: Read its settings
  ansible.builtin.template:
    src: portal.env.j2
    dest: "/etc/{{ portal['binding'].workload }}"
    mode: "0600"
"""
GOOD = """\
---
- name: Ask the portal, in whatever namespace it is
  ansible.builtin.uri:
    url: "{{ portal.endpoints.executor_url }}/healthz"
  vars:
    portal: "{{ 'portal' | fractalops.infra.runtime_asset(topology_source) }}"
    counted: "{% set seen = namespace(count=0) %}{{ seen.count }}"
"""


def role(folder: Path, **files: str) -> Path:
    """A role with these files; ``__`` stands for a folder."""
    for name, text in files.items():
        place, _mark, file = name.partition("__")
        (folder / place).mkdir(exist_ok=True)
        (folder / place / file.replace("_j2", ".j2").replace("_yml", ".yml")).write_text(text)
    return folder


@pytest.mark.parametrize("place", PLACES)
def test_our_own_roles_and_playbooks_know_ids_only(place: str) -> None:
    assert [path for path in (ROOT / place).rglob("*") if path.is_file()]
    assert findings(ROOT / place) == []


def test_a_role_that_knows_where_an_asset_runs_is_found_line_by_line(tmp_path: Path) -> None:
    bad = role(
        tmp_path,
        tasks__main_yml=TASKS,
        defaults__main_yml="portal_vmid: 210\nvmid: 210\nargocd_namespace: a\nnodes: [{lxc_nodes: {}}]\n",
        templates__portal_j2="PORTAL={{ portal.id }}\nNODE={{ runtime_asset.node }}\n",
    )
    selector = "is a raw selector; name the runtime asset by its id"
    writes = "writes a file; what a host holds comes from its generation"
    assert [str(one).removeprefix(f"{tmp_path}/") for one in findings(bad)] == [
        f"defaults/main.yml:1:1 portal_vmid {selector}",
        f"defaults/main.yml:2:1 vmid {selector}",
        f"defaults/main.yml:4:10 lxc_nodes {selector}",
        f"tasks/main.yml:4:23 container_id {selector}",
        f"tasks/main.yml:7:5 namespace {selector}",
        f"tasks/main.yml:10:3 ansible.builtin.template {writes}",
        f"tasks/main.yml:12:11 binding {selector}",
        f"templates/portal.j2:2:1 runtime_asset.node {selector}",
    ]


def test_a_role_that_names_assets_by_id_is_fine(tmp_path: Path) -> None:
    assert findings(role(tmp_path, tasks__main_yml=GOOD)) == []


def test_a_line_may_say_why_it_knows_more(tmp_path: Path) -> None:
    said = "vmid: 210  # boundary: break-glass reaches a container through its node\n"
    assert findings(role(tmp_path, vars__main_yml=said)) == []
    assert len(findings(role(tmp_path, vars__main_yml="vmid: 210  # boundary:\n"))) == 1


def test_the_command_fails_on_a_finding_and_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(role(tmp_path, tasks__main_yml=GOOD))]) == 0
    assert main([str(role(tmp_path, tasks__main_yml=TASKS))]) == 1
    assert f"{tmp_path}/tasks/main.yml:7:5 namespace is a raw selector" in capsys.readouterr().out
