# SPDX-License-Identifier: GPL-3.0-or-later
"""No value is laid over another one: nothing takes an overlay, and one that is given is refused.

What a topology refuses is in plugin_utils/topology/test_closed_places.py; here are the ways around it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.topology.base import VALID

#: Names under which an option would change what is written elsewhere.
OVERLAYS = ("overlay", "override", "extends", "patch", "extra_", "env_file", "environment", "defaults_from")
PLAY = """\
- hosts: web
  gather_facts: false
  connection: ansible.builtin.local
  tasks:
    - fractalops.infra.ACTION: {{{arguments}, overlay: {{a: b}}}}
"""
ARGUMENTS = {
    "host_generation": "document: {}, templates: /nowhere",
    "kubernetes_tree": "topology: /nowhere, cluster: lab, tree: /nowhere",
    "topology_info": "topology: /nowhere",
}


def options_of_plugins() -> set[str]:
    """Every option of a plugin or module, as documented."""
    found = set()
    for file in (ROOT / "plugins").rglob("*.py"):
        _before, mark, rest = file.read_text(encoding="utf-8").partition('DOCUMENTATION = r"""')
        if mark:
            found |= set(yaml.safe_load(rest.partition('"""')[0]).get("options", {}))
    return found


def options_of_roles() -> set[str]:
    """Every variable of a role, as its argument specs say."""
    specs: list[dict[str, Any]] = [
        yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"]
        for file in (ROOT / "roles").glob("*/meta/argument_specs.yml")
    ]
    return {option for spec in specs for entry in spec.values() for option in entry.get("options", {})}


@pytest.mark.parametrize("options", [options_of_plugins, options_of_roles])
def test_no_option_is_an_overlay(options: Any) -> None:
    found = options()
    assert len(found) > 3
    assert [option for option in found if any(word in option for word in OVERLAYS)] == []


@pytest.mark.parametrize("action", ARGUMENTS)
def test_an_overlay_is_no_argument_of_an_action(tmp_path: Path, action: str) -> None:
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (tmp_path / "topology.yml").write_text(VALID)
    play = PLAY.format(arguments=ARGUMENTS[action]).replace("ACTION", action)
    (tmp_path / "play.yml").write_text(play)
    done = ansible("playbook", tmp_path, "play.yml")
    assert done.returncode != 0
    assert "overlay. Supported parameters include:" in done.stdout + done.stderr


def test_an_overlay_in_the_topology_stops_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (tmp_path / "topology.yml").write_text(f"{VALID}overlay: prod.yml\n")
    done = ansible("inventory", tmp_path, "--list")
    assert done.returncode != 0
    assert "overlay: unknown key; known are:" in " ".join(done.stderr.split())
