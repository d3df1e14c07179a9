# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenBao is sealed between two batches: the first hosts are done, the next are untouched, none is half done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import openbao, site
from ansible_collections.fractalops.infra.tests.lab.container import Container
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT

from .conftest import Host

SEAL = [str(PROJECT / "tests/lab/lab"), "openbao", "seal"]
ROLE = {"name": "fractalops.infra.host"}


def _playbook(folder: Path) -> str:
    """Host by host; before the second one the server is sealed."""
    seal = {
        "name": "Seal OpenBao",
        "ansible.builtin.command": {"argv": SEAL},
        "delegate_to": "localhost",
        "when": "inventory_hostname == 'worker-2'",
        "changed_when": False,
    }
    switch = {"name": "Switch the host", "ansible.builtin.include_role": ROLE}
    play = {"name": "In batches", "hosts": "kind_lxc", "gather_facts": False, "serial": 1, "tasks": [seal, switch]}
    file = folder / "batches.yml"
    file.write_text(json.dumps([play]))
    return str(file)


@pytest.fixture
def changed(in_order: site.Site, assets: dict[str, Any]) -> site.Site:
    """Both hosts have work to do."""
    wanted = site.topology(assets)
    for worker in wanted["runtime_assets"].values():
        worker["services"]["fractalops-api"]["description"] = "changed in batches"
    in_order.write(wanted)
    return in_order


def test_a_host_after_the_seal_is_untouched_and_the_one_before_is_done(
    changed: site.Site, lab: tuple[Container, ...], tmp_path: Path
) -> None:
    first, second = Host("worker-1", lab[0]), Host("worker-2", lab[1])
    old = first.state()["confirmed"], second.state()
    try:
        run = changed.play(_playbook(tmp_path))
        assert run.returncode != 0 and "OpenBao is sealed; unseal it" in run.output, run.output[-3000:]
        assert first.state()["confirmed"] != old[0]
        assert first.state()["transaction"] is None
        assert second.state() == old[1]
        assert run.failed == {"worker-1": 0, "worker-2": 1}
    finally:
        openbao.unseal()
    again = changed.play("fractalops.infra.site", "--tags=hosts")
    assert again.returncode == 0 and again.hosts_changed == {"worker-2"}, again.output[-3000:]
