# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of each shipped profile, as reviewed. Host documents have goldens of their own.

After a change that is meant, write them again and read the diff:
``PYTHONPATH=.cache/collections python tests/golden/inventory/test_inventory_golden.py``
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.inventory import project_inventory
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

EXPECTED = Path(__file__).with_name("expected")
INVENTORIES = Path(__file__).resolve().parents[3] / "inventories"
PROFILES = ["lxc-prod", "lxc-pve-lab"]


def shown(profile: str) -> dict[str, Any]:
    """Group → hosts, and host → variables."""
    topology = load_topology(INVENTORIES / profile / "topology.yml").topology
    inventory = project_inventory(topology, "/srv/topology.yml", "/usr/bin/python3")
    hosts = list(inventory.hosts)
    groups: dict[str, list[str]] = {inventory.profile_group: [host.name for host in hosts]}
    for host in hosts:
        for group in host.groups:
            groups.setdefault(group, []).append(host.name)
    return {"groups": groups, "hosts": {host.name: host.variables for host in hosts}}


def projected(profile: str) -> str:
    """As it is kept."""
    return json.dumps(shown(profile), indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize("profile", PROFILES)
def test_the_inventory_of_a_shipped_profile_is_as_reviewed(profile: str) -> None:
    assert projected(profile) == (EXPECTED / f"{profile}.json").read_text(encoding="utf-8")


if __name__ == "__main__":
    for each in PROFILES:
        (EXPECTED / f"{each}.json").write_text(projected(each), encoding="utf-8")
