# SPDX-License-Identifier: GPL-3.0-or-later
"""No credential both writes policies and binds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import AuthRole, Names, OpenBaoDocuments
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import require_separation
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store.refusal import PowerError

from .admin_server import POLICIES, AdminServer

ROLES = tuple(AuthRole("approle", "approle", name, {"token_policies": [name]}) for name in ("lab-a", "lab-b"))
DOCUMENTS = OpenBaoDocuments(Names("lab"), (), (), ROLES)
POLICY, ROLE = f"{POLICIES}lab-b", "auth/approle/role/lab-b"


@pytest.fixture(name="asked")
def log_in(server: AdminServer, tmp_path: Path) -> AdminServer:
    """A server that says what the credential may."""
    server.capabilities = {}
    return server


@pytest.mark.parametrize("capability", ["create", "update", "patch", "sudo", "root"])
def test_one_credential_for_both_is_refused_and_named(asked: AdminServer, openbao: OpenBao, capability: str) -> None:
    asked.capabilities = {POLICY: ["read", capability], ROLE: [capability]}
    with pytest.raises(PowerError, match=f"the credential can write '{POLICY}' and '{ROLE}'"):
        require_separation(openbao, DOCUMENTS)
    assert asked.writes == []


@pytest.mark.parametrize(
    "able", [{POLICY: ["update"]}, {ROLE: ["update"]}, {POLICY: ["read", "list"], ROLE: ["delete"]}]
)
def test_either_of_them_is_fine(asked: AdminServer, openbao: OpenBao, able: dict[str, list[str]]) -> None:
    asked.capabilities = able
    require_separation(openbao, DOCUMENTS)
    assert asked.writes == []


def test_without_roles_there_is_nothing_to_bind(server: AdminServer, openbao: OpenBao) -> None:
    require_separation(openbao, OpenBaoDocuments(Names("lab"), (), (), ()))
    assert server.writes == []


def test_who_cannot_be_asked_is_tried_with_what_the_server_refuses(server: AdminServer, openbao: OpenBao) -> None:
    server.denied = {f"{POLICIES}lab-a", "auth/approle/role/lab-a"}
    server.refused = {POLICY, ROLE}
    with pytest.raises(PowerError, match=f"the credential can write '{POLICY}' and '{ROLE}'"):
        require_separation(openbao, DOCUMENTS)
    assert server.writes == [("POST", POLICY), ("POST", ROLE)]
    assert server.paths == {}


@pytest.mark.parametrize("open_to_us", [{POLICY}, {ROLE}])
def test_who_is_denied_one_of_them_is_fine(server: AdminServer, openbao: OpenBao, open_to_us: set[str]) -> None:
    every = {f"{POLICIES}lab-a", POLICY, "auth/approle/role/lab-a", ROLE}
    server.denied, server.refused = every - open_to_us, open_to_us
    require_separation(openbao, DOCUMENTS)
