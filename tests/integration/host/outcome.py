# SPDX-License-Identifier: GPL-3.0-or-later
"""How an activation left a host."""

from __future__ import annotations

from typing import Any

from .conftest import Host


def settled(state: dict[str, Any]) -> bool:
    """No activation is open."""
    return state["transaction"] is None


def assert_whole(host: Host, generation: str) -> None:
    """The host runs exactly ``generation``: pointer, units, no trial links, no guard left."""
    state = host.wait_for(settled)
    assert state["confirmed"] == generation
    assert state["trial_links"] == []
    alive = {name for name, life in state["units"].items() if life != "inactive"}
    assert {name for name in alive if "guard" not in name and "activation" not in name} == {
        "fractalops-api.service",
        "fractalops-jobs.service",
    }
    shown = host.run("systemctl show --value --property=FragmentPath fractalops-api").strip()
    assert shown == "/etc/systemd/system/fractalops-api.service"
    assert host.answer(8081)["service"] == "fractalops-api"
