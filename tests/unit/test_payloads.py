# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that is made from a topology shows a secret, and one that got into a topology would be found in all of it."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology, load_topology
from ansible_collections.fractalops.infra.tests.check.payloads import findings
from ansible_collections.fractalops.infra.tests.unit.emitters import EMITTERS, makers
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from pydantic import BaseModel

CANARY = "hvs.CAESIcanary8f14e45fceea167a5"
PROFILES = ("lxc-prod", "lxc-pve-lab")
#: What kubernetes_documents and project_inventory show with the rest.
PARTS = {"connection", "secret_store"}


def shipped(profile: str) -> LoadedTopology:
    return load_topology(ROOT / "inventories" / profile / "topology.yml")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def planted(value: Any, canary: str, names: frozenset[str]) -> Any:
    """``value`` with ``canary`` at the end of each text in it that is not a name, a ref or an address."""
    if isinstance(value, BaseModel):
        parts = {key: planted(getattr(value, key), canary, names) for key in type(value).model_fields}
        return value.model_copy(update=parts)
    if isinstance(value, dict):
        return {key: planted(one, canary, names) for key, one in value.items()}
    if isinstance(value, list):
        return [planted(one, canary, names) for one in value]
    is_free = isinstance(value, str) and value not in names and not is_read(value)
    return f"{value} {canary}" if is_free else value


def is_read(text: str) -> bool:
    """Whether ``text`` is a ref or an address, which projections take apart."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return text.startswith("bao://")
    return True


def names_in(value: Any) -> set[str]:
    """Keys at any depth, and the values of fields that allow but a few: projections look things up by them."""
    if isinstance(value, BaseModel):
        chosen = [getattr(value, key) for key, info in type(value).model_fields.items() if "Literal" in str(info)]
        return {one for one in chosen if isinstance(one, str)} | names_in(vars(value))
    if isinstance(value, Mapping):
        return set(value) | {name for one in value.values() for name in names_in(one)}
    return {name for one in value for name in names_in(one)} if isinstance(value, list) else set()


def test_every_function_that_makes_something_of_a_topology_is_an_emitter() -> None:
    assert makers() == EMITTERS.keys() | PARTS


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("emitter", EMITTERS)
def test_no_emitter_shows_a_secret(emitter: str, profile: str) -> None:
    texts = list(EMITTERS[emitter](shipped(profile)))
    assert texts
    assert [list(findings(text)) for text in texts if list(findings(text))] == []


@pytest.mark.parametrize(
    "hidden", [str, encoded, lambda text: encoded(f"x {encoded(text)}")], ids=["plain", "once", "twice"]
)
@pytest.mark.parametrize("emitter", EMITTERS)
def test_a_secret_that_is_planted_in_a_topology_is_found(emitter: str, hidden: Callable[[str], str]) -> None:
    loaded = shipped("lxc-pve-lab")
    topology = planted(loaded.topology, hidden(CANARY), frozenset(names_in(loaded.topology)))
    found = [one for text in EMITTERS[emitter](replace(loaded, topology=topology)) for one in findings(text)]
    assert "OpenBao token" in found
