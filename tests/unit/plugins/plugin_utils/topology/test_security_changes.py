# SPDX-License-Identifier: GPL-3.0-or-later
"""Every field that decides who may do what is an event when it changes, comes or goes; alone, and in path order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.security_change import security_changes
from pydantic import BaseModel

from .base import ROOT, VALID, written
from .written_out import Step

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


#: What these say is about who may do what, every word of it.
SECTIONS = {"openbao", "identity_plane", "edge", "principal_defaults", "break_glass"}


def leaves(part: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Every value of ``part`` that holds no others, with its path as it is written."""
    if isinstance(part, BaseModel):
        fields = type(part).model_fields
        part = {info.alias or name: getattr(part, name) for name, info in fields.items()}
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else None
    if inside is None:
        yield path, part
    else:
        for step, value in inside:
            yield from leaves(value, (*path, step))


def with_other(part: Any, path: tuple[Step, ...]) -> Any:
    """``part`` with another value of the same type at ``path``."""
    if not path:
        return not part if isinstance(part, bool) else part + (1 if isinstance(part, int) else "@7")
    step, *rest = path
    if isinstance(part, BaseModel):
        name = next(name for name, info in type(part).model_fields.items() if (info.alias or name) == step)
        return part.model_copy(update={name: with_other(getattr(part, name), tuple(rest))})
    pairs = part.items() if isinstance(part, dict) else enumerate(part)
    other = {key: with_other(value, tuple(rest)) if key == step else value for key, value in pairs}
    return other if isinstance(part, dict) else list(other.values())


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


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_each_value_of_a_section_about_security_and_each_ref_is_one_event() -> None:
    shipped = load_topology(ROOT / "inventories/lxc-pve-lab/topology.yml").topology
    told = {path: value for path, value in leaves(shipped) if value is not None}
    chosen = [path for path, value in told.items() if path[0] in SECTIONS or str(value).startswith("bao://")]
    assert {path[0] for path in chosen} > SECTIONS | {"runtime_assets", "internal_dns", "opentofu"}
    changes = security_changes(shipped, reduce(with_other, chosen, shipped))
    assert sorted(map(str, chosen)) == sorted(str(change.path) for change in changes)
    assert [change for change in changes if change.before != told[change.path] or change.after == change.before] == []


def test_a_ref_counts_wherever_it_stands() -> None:
    text = VALID + SERVICE
    before, after = (
        Topology.model_validate(yaml.safe_load(text.replace('["/bin/api"]', command)))
        for command in ('["/bin/api", "plain"]', '["/bin/api", "bao://secret/app#key"]')
    )
    for old, new in ((before, after), (after, before)):
        (change,) = security_changes(old, new)
        assert change.path == ("runtime_assets", "web", "services", "api", "exec", 1)


def test_the_same_topology_has_no_event() -> None:
    shipped = load_topology(ROOT / "inventories/lxc-pve-lab/topology.yml").topology
    assert security_changes(shipped, shipped) == ()


def test_an_event_is_one_line_of_json(tmp_path: Path) -> None:
    other = VALID.replace("mount: secret", "mount: kv")
    (change,) = security_changes(topology(tmp_path, VALID), topology(tmp_path, other))
    assert change.event == '{"path": "openbao.mount", "before": "secret", "after": "kv"}'
