# SPDX-License-Identifier: GPL-3.0-or-later
"""Action groups: who is in them by what its documentation says, and what a play sets for all of them at once."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.documentation import attributes, options
from ansible_collections.fractalops.infra.tests.unit.imports import PACKAGE, ROOT

#: Every action with all of these options is in the group; they are what a play can set for it.
SHARED = {
    "openbao": {"openbao", "openbao_credentials_file"},
    "topology": {"topology"},
    "host": {"document"},
}
GROUPS: dict[str, list[str]] = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]
#: What a task of each group needs beside the defaults of the group, in a play that asks nobody.
PLAY = """\
- hosts: control_plane
  gather_facts: false
  module_defaults:
    group/fractalops.infra.topology:
      topology: "{{ topology_source }}"
    group/fractalops.infra.openbao:
      openbao: {address: "http://127.0.0.1:1", mount: secret, auth: {method: approle}}
      openbao_credentials_file: /absent/controller.json
  tasks:
    - fractalops.infra.topology_info:
      register: told
    - fractalops.infra.openbao_secret_id:
      register: opened
      ignore_errors: true
    - ansible.builtin.debug:
        msg: "{{ told.topology.profile | default('') }} {{ opened.msg }}"
"""


def documented() -> dict[str, str]:
    """The documentation of every module, by name."""
    names = sorted(file.stem for file in (ROOT / "plugins/modules").glob("*.py"))
    return {name: importlib.import_module(f"{PACKAGE}plugins.modules.{name}").DOCUMENTATION for name in names}


@pytest.mark.parametrize("group", SHARED)
def test_every_action_with_the_options_of_a_group_is_in_it(group: str) -> None:
    assert list(GROUPS) == sorted(SHARED)
    members = sorted(name for name, text in documented().items() if SHARED[group] <= options(text).keys())
    assert members
    assert GROUPS[group] == members


def test_the_documentation_of_an_action_names_its_groups() -> None:
    said: dict[str, Any] = {
        name: attributes(text).get("action_group", {}).get("membership", []) for name, text in documented().items()
    }
    wanted = {
        name: [f"fractalops.infra.{group}" for group, members in GROUPS.items() if name in members] for name in said
    }
    assert said == wanted


def test_a_play_sets_the_shared_options_of_a_group_once(tmp_path: Path) -> None:
    topology = ROOT / "inventories/lxc-pve-lab/topology.yml"
    (tmp_path / "inventory.yml").write_text(f"plugin: fractalops.infra.topology\ntopology: {topology}\n")
    (tmp_path / "play.yml").write_text(PLAY)
    done = ansible("playbook", tmp_path, str(tmp_path / "play.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/absent/controller.json" in json.dumps(done.stdout), done.stdout
