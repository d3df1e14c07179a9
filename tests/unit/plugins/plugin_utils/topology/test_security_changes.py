# SPDX-License-Identifier: GPL-3.0-or-later
"""Every field that decides who may do what is an event when it changes, comes or goes; alone, and in path order."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.security_change import security_changes

from .base import ROOT, VALID, written

SERVICE = """\
    services:
      api:
        user: api
        exec: ["/bin/api"]
        hardening: strict
        credentials: {key: "bao://secret/app#key"}
        directories: {/var/lib/api: {mode: "0750"}}
"""
PATH = "runtime_assets.web.services.api"


def topology(folder: Path, text: str) -> Topology:
    return load_topology(written(folder, text)).topology


def events(folder: Path, old: str, new: str) -> list[tuple[str, object, object]]:
    """What a change of ``old`` to ``new`` in the small topology says."""
    text = VALID + SERVICE
    assert old in text
    before, after = topology(folder, text), topology(folder, text.replace(old, new, 1))
    return [
        (".".join(map(str, change.path)), change.before, change.after) for change in security_changes(before, after)
    ]


@pytest.mark.parametrize(
    ("old", "new", "event"),
    [
        ("user: api", "user: other", (f"{PATH}.user", "api", "other")),
        ("hardening: strict", "hardening: standard", (f"{PATH}.hardening", "strict", "standard")),
        ('mode: "0750"', 'mode: "0755"', (f"{PATH}.directories./var/lib/api.mode", "0750", "0755")),
        ("#key", "#other", (f"{PATH}.credentials.key", "bao://secret/app#key", "bao://secret/app#other")),
        ('key: "bao', 'name: "bao', (f"{PATH}.credentials.key", "bao://secret/app#key", None)),
        ("https://bao", "https://bao2", ("openbao.address", "https://bao.example:8200", "https://bao2.example:8200")),
        ("method: approle", "method: token_file", ("openbao.auth.method", "approle", "token_file")),
    ],
)
def test_a_change_of_who_may_do_what_is_an_event(
    tmp_path: Path, old: str, new: str, event: tuple[str, object, object]
) -> None:
    assert event in events(tmp_path, old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.20.30.11", "10.20.30.19"),
        ("/bin/api", "/bin/other"),
        ("profile: lab", "profile: other"),
        ("role: web", "role: api"),
    ],
)
def test_a_change_of_anything_else_is_none(tmp_path: Path, old: str, new: str) -> None:
    assert events(tmp_path, old, new) == []


def test_what_comes_and_goes_has_nothing_on_the_other_side(tmp_path: Path) -> None:
    gone = events(tmp_path, 'credentials: {key: "bao://secret/app#key"}', "credentials: {}")
    assert (f"{PATH}.credentials.key", "bao://secret/app#key", None) in gone
    zone, tunnel = "0" * 32, "00000000-0000-0000-0000-000000000000"
    edge = f"{VALID}edge: {{cloudflare: {{manage_dns: true, zone_id: '{zone}', tunnel_id: {tunnel}}}}}\n"
    found = security_changes(topology(tmp_path, VALID), topology(tmp_path, edge))
    assert [(change.path[-1], change.before) for change in found[1:]] == [
        ("manage_dns", None),
        ("manage_tunnel_ingress", None),
        ("tunnel_id", None),
        ("zone_id", None),
    ]


def test_the_same_topology_has_no_event() -> None:
    shipped = load_topology(ROOT / "inventories/lxc-pve-lab/topology.yml").topology
    assert security_changes(shipped, shipped) == ()


def test_an_event_is_one_line_of_json(tmp_path: Path) -> None:
    other = VALID.replace("mount: secret", "mount: kv")
    (change,) = security_changes(topology(tmp_path, VALID), topology(tmp_path, other))
    assert change.event == '{"path": "openbao.mount", "before": "secret", "after": "kv"}'
