# SPDX-License-Identifier: GPL-3.0-or-later
"""One run tells everything: what fields say wrong and what rules the rest breaks, and nothing that only follows."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.faults import sound
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import fields_by_key
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.violation import dotted

from ..annotated import violations
from ..written_out import ALL, SHIPPED, Step, changed, model_parts, shipped
from ..written_out import saved as saved_with_schemas

LAB = SHIPPED[0]
#: Something that every type refuses, but for free data.
FITS_NOTHING = 1.5
#: Sections whose rule speaks of another, and cannot be judged without it.
SPEAK_OF = {("runtime_dependencies", "openbao")}
Change = tuple[tuple[Step, ...], Any]
#: By section: what breaks a rule there, and where that is told.
BREAK_A_RULE: dict[str, tuple[Change, tuple[Step, ...]]] = {
    "openbao": ((("openbao", "address"), "http://bao.example:8200"), ("openbao", "address")),
    "runtime_ssot": ((("runtime_ssot", "local", "far"), "http://far.example"), ("runtime_ssot", "local", "far")),
    "principal_defaults": (
        (("principal_defaults", "audit", "id"), "service:fractalops-cli"),
        ("principal_defaults", "audit", "id"),
    ),
    "networks": (
        (("networks", "odd"), {"cidr": "10.99.0.7/24", "gateway": "10.99.0.1"}),
        ("networks", "odd", "cidr"),
    ),
    "nodes": ((("nodes", "twin"), shipped(LAB)["nodes"]["pve1"]), ("nodes", "twin", "address")),
    "runtime_assets": (
        (("runtime_assets", "omit"), {
            "role": "integration", "binding": {"type": "external"}, "auth": {"method": "none"},
            "endpoints": {"public_url": "https://omit.example"},
        }),
        ("runtime_assets", "omit"),
    ),
    "releases": (
        (("releases",), {"other": {"1": {"type": "archive", "path": "a.zip", "sha256": "0" * 64}}}),
        ("releases", "other", "1", "path"),
    ),
    "service_profiles": (
        (("service_profiles", "github_runner", "min_runners"), 900),
        ("service_profiles", "github_runner", "min_runners"),
    ),
    "runtime_dependencies": (
        (("runtime_dependencies", "postgres", "password"), "bao://other/postgres#password"),
        ("runtime_dependencies", "postgres", "password"),
    ),
    "identity_plane": (
        (("identity_plane", "authorization", "model_id"), "0" * 26),
        ("identity_plane", "authorization", "model_id"),
    ),
    "edge": (
        (("edge",), {"cloudflare": {"manage_dns": True, "zone_id": "0" * 32}}),
        ("edge", "cloudflare", "tunnel_id"),
    ),
    "internal_dns": ((("internal_dns", "write"), False), ("internal_dns", "token")),
    "connector_inventory": (
        (("connector_inventory", 1, "id"), shipped(LAB)["connector_inventory"][0]["id"]),
        ("connector_inventory", 1, "id"),
    ),
    "opentofu": (
        (("opentofu",), {"variables": {"a": 1}, "sensitive_variables": {"a": "bao://secret/runtime/postgres#password"}}),
        ("opentofu", "sensitive_variables", "a"),
    ),
    "fleet": ((("fleet", "deploy_secrets", "keys"), ["a", "a"]), ("fleet", "deploy_secrets", "keys", 1)),
    "break_glass": (
        (("break_glass", "recipients"), ["age1" + "q" * 58, "age1" + "z" * 58]),
        ("break_glass", "recipients", 0),
    ),
    "clusters": (
        (("clusters", "lab", "openbao_address"), "http://bao.example"),
        ("clusters", "lab", "openbao_address"),
    ),
}  # fmt: skip


def topology(*changes: Change) -> Any:
    """The lab with something else at some paths."""
    data = copy.deepcopy(shipped(LAB))
    for path, value in changes:
        here = data
        for step in path[:-1]:
            here = here[step] if isinstance(here, list) else here.setdefault(step, {})
        here[path[-1]] = value
    return data


def saved(data: Any, folder: Path) -> Path:
    """``data`` as a topology beside schemas that allow everything: reading the real ones takes longer than the rest."""
    schemas = folder / "schemas"
    if not schemas.exists():
        saved_with_schemas(data, folder)
        for schema in schemas.iterdir():
            schema.write_text("{}")
    return saved_with_schemas(data, folder)


def told(data: Any, folder: Path) -> list[str]:
    """Where every violation of ``data`` is."""
    file = saved(data, folder)
    return [text.removeprefix(f"{file}:").split(" ", 2)[1].removesuffix(":") for text in violations(file)]


def fault_of(section: str, *, whole: bool) -> Change:
    """What fits nowhere, in place of all of the section or of its first field; of free data there is only all."""
    steps: tuple[Step, ...] = (section,)
    data = shipped(LAB).get(section)
    while not whole and section != "opentofu" and isinstance(data, dict | list) and data:
        step: Step = 0 if isinstance(data, list) else next(iter(data))
        steps, data = (*steps, step), data[step]  # type: ignore[call-overload]
    return steps, FITS_NOTHING


def test_every_section_has_a_rule_to_break() -> None:
    assert BREAK_A_RULE.keys() == Topology.model_fields.keys() - {"schema_version", "profile", "plugin"}


@pytest.mark.parametrize("section", BREAK_A_RULE)
def test_a_rule_of_a_section_is_told_whatever_is_wrong_in_another(section: str, tmp_path: Path) -> None:
    broken, where = BREAK_A_RULE[section]
    alone = told(topology(broken), tmp_path)
    assert dotted(where) in alone
    silent = []
    for number, other in enumerate(name for name in Topology.model_fields if name != section):
        fault = fault_of(other, whole=number % 2 == 0 and (section, other) not in SPEAK_OF)
        found = told(topology(broken, fault), tmp_path)
        if sorted(found) != sorted([*alone, dotted(fault[0])]):
            silent.append((fault[0], found))
    assert silent == []


def fits_nothing(holder: Any, key: str) -> None:
    holder[key] = FITS_NOTHING


def another_name(holder: Any, key: str) -> None:
    holder[f"{key}_"] = holder.pop(key)


@pytest.fixture(name="fields", scope="module")
def _fields(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, tuple[Step, ...], str]]:
    """The first place of each field: name of the topology, path of the part, key."""
    found: dict[tuple[str, str], tuple[str, tuple[Step, ...], str]] = {}
    for name in ALL:
        for path, part in model_parts(saved(shipped(name), tmp_path_factory.mktemp("shipped"))):
            for key in fields_by_key(type(part)).keys() & changed(shipped(name), path)[1].keys():
                found.setdefault((type(part).__name__, key), (name, path, key))
    return sorted(found.values(), key=str)


@pytest.mark.parametrize("spoil", [fits_nothing, another_name])
def test_one_fault_of_a_field_brings_no_other(
    fields: list[tuple[str, tuple[Step, ...], str]], spoil: Callable[[Any, str], None], tmp_path: Path
) -> None:
    loud = []
    for name, path, key in fields:
        data, holder = changed(shipped(name), path)
        spoil(holder, key)
        found = told(data, tmp_path)
        about = [(*path, key), (*path, f"{key}_"), *((*path, key, tag) for tag in ("type", "method"))]
        if not {*found} <= {dotted(place) for place in about}:
            loud.append((path, key, found))
    assert len(fields) > 200
    assert loud == []


def test_texts_are_found_at_any_depth_keys_too() -> None:
    assert list(sound._texts({"a": {"b": ["c", 1, {"d": None}]}, "e": "f"})) == ["a", "b", "c", "d", "e", "f"]
