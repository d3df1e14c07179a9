# SPDX-License-Identifier: GPL-3.0-or-later
"""Every auth method on a real server, inline and with a login.

JWTs are real: the server knows the public key. For kubernetes the server asks an API server for a TokenReview, which a
stub at the wire answers here; nothing else of it is replaced.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    CredentialRefusedError,
    PolicyDeniedError,
    TokenLeftError,
    UnfitIdentityError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY, failures
from ansible_collections.fractalops.infra.tests.integration.openbao.issuer import Issuer
from ansible_collections.fractalops.infra.tests.integration.openbao.server import POLICY, Server
from ansible_collections.fractalops.infra.tests.lab.authority import issue
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Stub, http

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"
REVOKE = 'path "auth/token/revoke-self" { capabilities = ["update"] }\n'
ACCOUNT = {"namespace": "ci", "serviceaccount": {"name": "controller", "uid": "1"}}
USER: dict[str, object] = {
    "username": "system:serviceaccount:ci:controller",
    "uid": "1",
    "groups": ["system:serviceaccounts"],
}


@pytest.fixture(scope="module")
def issuer(server: Server) -> Issuer:
    """Known to the server as the issuer of ``ci``."""
    one = Issuer()
    server.policy("reader", POLICY + REVOKE)
    server.call("POST", "sys/auth/jwt", {"type": "jwt"})
    server.call("POST", "auth/jwt/config", {"jwt_validation_pubkeys": [one.public_key], "bound_issuer": "https://ci"})
    role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["openbao"], "bound_subject": "controller"}
    server.call("POST", "auth/jwt/role/ci", {**role, "token_policies": ["reader"], "token_no_default_policy": True})
    return one


@pytest.fixture(params=["inline", "login"])
def session(request: pytest.FixtureRequest) -> str:
    return str(request.param)


CLAIMS = {"iss": "https://ci", "aud": "openbao", "sub": "controller"}


def test_a_jwt_reads_and_leaves_no_token(server: Server, client: Connect, issuer: Issuer, session: str) -> None:
    before = server.accessors()
    auth = {"method": "jwt", "path": "jwt", "role": "ci", "session": session}
    with client(server.private("jwt", issuer.sign(CLAIMS)), auth=auth) as openbao:
        assert resolve(openbao, [POSTGRES]).secrets[POSTGRES].value.reveal() == CANARY
        assert failures(openbao, "bao://secret/private/other#password")[0] == (PolicyDeniedError,)
        assert len(server.accessors()) - len(before) == (session == "login")
    assert server.accessors() == before


@pytest.mark.parametrize(
    "wrong",
    ({"aud": "other"}, {"sub": "other"}, {"iss": "https://other"}, {"exp": 1}),
    ids=["audience", "subject", "issuer", "expired"],
)
def test_a_jwt_of_somebody_else_or_of_yesterday_is_refused(
    server: Server, client: Connect, issuer: Issuer, session: str, wrong: dict[str, Any]
) -> None:
    auth = {"method": "jwt", "role": "ci", "session": session}
    kinds, words = failures(client(server.private("jwt", issuer.sign({**CLAIMS, **wrong})), auth=auth), POSTGRES)
    assert kinds == (CredentialRefusedError,)
    assert "the JWT for role 'ci' is invalid or expired, or there is no such role" in words


def test_a_jwt_of_another_key_and_a_role_that_is_not_there_are_refused(
    server: Server, client: Connect, issuer: Issuer, session: str
) -> None:
    forged = server.private("forged", Issuer().sign(CLAIMS))
    assert failures(client(forged, auth={"method": "jwt", "role": "ci", "session": session}), POSTGRES)[0] == (
        CredentialRefusedError,
    )
    good = server.private("jwt", issuer.sign(CLAIMS))
    assert failures(client(good, auth={"method": "jwt", "role": "none", "session": session}), POSTGRES)[0] == (
        CredentialRefusedError,
    )


@pytest.fixture
def review(server: Server, issuer: Issuer, tmp_path: Path) -> Iterator[Stub]:
    """An API server that knows one service account."""
    ca, certificate, key = (tmp_path / f"{name}.pem" for name in ("ca", "certificate", "key"))
    issue(ca, certificate, key, ("127.0.0.1",))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    status = {"authenticated": True, "user": USER, "audiences": ["openbao"]}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status}
    with Stub([http(201, json.dumps(body).encode())], context) as api:
        if "kubernetes/" not in server.call("GET", "sys/auth")["data"]:
            server.call("POST", "sys/auth/kubernetes", {"type": "kubernetes"})
        config = {"kubernetes_host": api.address, "kubernetes_ca_cert": ca.read_text(), "disable_local_ca_jwt": True}
        reviewer = issuer.sign({"sub": "system:serviceaccount:openbao:reviewer"})
        server.call("POST", "auth/kubernetes/config", {**config, "token_reviewer_jwt": reviewer})
        role = {"bound_service_account_names": ["controller"], "bound_service_account_namespaces": ["ci"]}
        settings = {"audience": "openbao", "token_policies": ["reader"], "token_no_default_policy": True}
        server.call("POST", "auth/kubernetes/role/ci", {**role, **settings})
        yield api


@pytest.mark.parametrize("name", ("device-*", "device-1/nested"))
def test_a_name_that_would_widen_a_templated_policy_is_refused(
    server: Server, client: Connect, issuer: Issuer, session: str, name: str
) -> None:
    accessor = server.call("GET", "sys/auth")["data"]["jwt/"]["accessor"]
    path = f"secret/data/devices/{{{{identity.entity.aliases.{accessor}.name}}}}"
    server.policy("device", f'path "{path}" {{ capabilities = ["read"] }}\n{REVOKE}')
    claims = {"bound_claims_type": "glob", "bound_claims": {"sub": "device-*"}}
    role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["openbao"], "token_policies": ["device"]}
    server.call("POST", "auth/jwt/role/device", {**role, **claims})
    server.call("POST", "secret/data/devices/device-1", {"data": {"key": CANARY}})
    auth = {"method": "jwt", "role": "device", "session": session}
    token = server.private("device", issuer.sign({**CLAIMS, "sub": name}))
    openbao = client(token, auth=auth)
    assert failures(openbao, "bao://secret/devices/device-1#key")[0] == (UnfitIdentityError,)
    if session == "login":  # the same policy keeps it from revoking its token, and that is said
        with pytest.raises(TokenLeftError):
            openbao.close()


def _projected(folder: Path, token: str) -> str:
    """The file as a kubelet lays it out."""
    (folder / "..2026").mkdir()
    (folder / "..2026" / "token").write_text(token)
    (folder / "..2026" / "token").chmod(0o644)
    (folder / "..data").symlink_to("..2026")
    (folder / "token").symlink_to("..data/token")
    return str(folder / "token")


def test_a_service_account_reads_and_leaves_no_token(
    server: Server, client: Connect, issuer: Issuer, review: Stub, session: str, tmp_path: Path
) -> None:
    before = server.accessors()
    token = issuer.sign({"sub": USER["username"], "aud": ["openbao"], "iss": "kubernetes", "kubernetes.io": ACCOUNT})
    auth = {"method": "kubernetes", "role": "ci", "session": session}
    with client(_projected(tmp_path, token), auth=auth) as openbao:
        assert resolve(openbao, [POSTGRES, f"{POSTGRES}@1"]).reads == 2
    assert server.accessors() == before
    # Inline auth is a login each time, so the API server is asked each time.
    assert len(review.requests) == (2 if session == "inline" else 1)
    assert all(request.startswith("POST /apis/authentication.k8s.io/v1/tokenreviews") for request in review.requests)


def test_an_approle_logs_in_and_leaves_no_token(server: Server, client: Connect) -> None:
    before = server.accessors()
    file = server.approle("login", POLICY + REVOKE)
    with client(file, auth={"method": "approle", "session": "login"}) as openbao:
        assert resolve(openbao, [POSTGRES, f"{POSTGRES}@1"]).reads == 2
        assert len(server.accessors()) == len(before) + 1
    assert server.accessors() == before
    assert server.requests_for("auth/approle/login")[-1:] == ["auth/approle/login"]


def test_a_login_that_may_not_revoke_its_token_says_so(server: Server, client: Connect) -> None:
    """Without the default policy, the right to revoke oneself must be granted."""
    openbao = client(server.approle("stuck", token_ttl="60s"), auth={"method": "approle", "session": "login"})
    assert resolve(openbao, [POSTGRES]).reads == 1
    with pytest.raises(TokenLeftError, match="policy lacks update on 'auth/token/revoke-self'"):
        openbao.close()
