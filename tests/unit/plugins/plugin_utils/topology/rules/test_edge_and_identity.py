# SPDX-License-Identifier: GPL-3.0-or-later
"""Trusted sessions, managed ingress and managed DNS: each setting they need is missed alone, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..annotated import violations
from ..base import VALID, written

ID, TUNNEL, URL = "0d9c3b7a5e1f48269a7b3c5d1e0f8246", "3c7f0a52-8e14-4b9d-a6c1-f20e5d7b9381", "https://x.example"
SESSION = {"provider": "pomerium", "public_url": URL, "authenticate_url": URL, "jwks_url": URL}
SETTINGS = {
    "zone_id": ID,
    "tunnel_id": TUNNEL,
    "account_id": ID,
    "edge_origin_url": URL,
    "api_token": "bao://secret/edge#token",
}
NEEDED = {"manage_dns": ("zone_id", "tunnel_id"), "manage_tunnel_ingress": ("edge_origin_url", "tunnel_id")}
USED = {
    "manage_dns": ("zone_id", "tunnel_id", "account_id", "api_token"),
    "manage_tunnel_ingress": ("edge_origin_url", "tunnel_id", "account_id", "api_token"),
}


def found(folder: Path, **sections: object) -> list[str]:
    """Violations of the small topology with ``sections``, without their places."""
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in sections.items())
    return [text.partition(" ")[2] for text in violations(written(folder, VALID + lines))]


def plane(**changes: object) -> dict[str, object]:
    """An identity plane that trusts sessions, but for ``changes``; None takes a key away."""
    session = {"enabled": True, **SESSION} | changes
    return {"issuer": URL, "session_trust": {key: value for key, value in session.items() if value is not None}}


def cloudflare(**settings: object) -> dict[str, object]:
    return {"cloudflare": settings}


def test_complete_trusted_sessions_are_fine(tmp_path: Path) -> None:
    assert found(tmp_path, identity_plane=plane()) == []


@pytest.mark.parametrize("key", SESSION)
def test_each_setting_of_trusted_sessions_is_missed_alone(tmp_path: Path, key: str) -> None:
    (violation,) = found(tmp_path, identity_plane=plane(**{key: None}))
    assert violation.startswith(f"identity_plane.session_trust.{key}: trusted sessions need it")


def test_the_issuer_of_trusted_sessions_is_missed_alone(tmp_path: Path) -> None:
    (violation,) = found(tmp_path, identity_plane={"session_trust": plane()["session_trust"]})
    assert violation.startswith("identity_plane.issuer: ")


def test_sessions_that_are_not_trusted_need_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, identity_plane={"session_trust": {"enabled": False}}) == []


@pytest.mark.parametrize("provider", ["Pomerium", "authelia", ""])
def test_no_provider_but_pomerium_is_known(tmp_path: Path, provider: str) -> None:
    (violation,) = found(tmp_path, identity_plane=plane(provider=provider))
    assert violation.startswith("identity_plane.session_trust.provider: ")


@pytest.mark.parametrize(("manager", "keys"), NEEDED.items())
def test_what_is_managed_needs_no_more_than_its_settings(tmp_path: Path, manager: str, keys: tuple[str, ...]) -> None:
    settings = {key: SETTINGS[key] for key in keys}
    assert found(tmp_path, edge=cloudflare(**settings, **{manager: True})) == []


@pytest.mark.parametrize(("manager", "key"), [(manager, key) for manager, keys in NEEDED.items() for key in keys])
def test_each_setting_of_what_is_managed_is_missed_alone(tmp_path: Path, manager: str, key: str) -> None:
    settings = {name: SETTINGS[name] for name in NEEDED[manager] if name != key}
    (violation,) = found(tmp_path, edge=cloudflare(**settings, **{manager: True}))
    assert violation == f"edge.cloudflare.{key}: {manager} needs it; add it, or write {manager}: false"


@pytest.mark.parametrize("manager", USED)
@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_is_useless_unless_what_it_is_for_is_managed(tmp_path: Path, manager: str, key: str) -> None:
    settings = {name: SETTINGS[name] for name in (*NEEDED[manager], key)}
    told = found(tmp_path, edge=cloudflare(**settings, **{manager: True}))
    assert [one.partition(": ")[0] for one in told] == ([] if key in USED[manager] else [f"edge.cloudflare.{key}"])


@pytest.mark.parametrize("key", SETTINGS)
def test_each_setting_is_useless_when_nothing_is_managed(tmp_path: Path, key: str) -> None:
    (violation,) = found(tmp_path, edge=cloudflare(**{key: SETTINGS[key]}))
    assert violation.startswith(f"edge.cloudflare.{key}: nothing that is managed uses it; ")
