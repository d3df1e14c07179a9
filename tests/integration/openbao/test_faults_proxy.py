# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults between us and a real server, made by a proxy that speaks TLS with the certificate of that server.

| Row | Test |
|---|---|
| 40 | test_a_connection_that_resets_is_tried_again_and_given_up_in_the_end |
| 40 | test_a_name_without_address_is_told |
| 43 | test_a_server_that_drips_or_hangs_is_left_at_the_deadline |
| 43 | test_a_hang_in_the_middle_of_a_batch_gives_nothing |
| 44 | test_a_retry_after_is_obeyed_by_reads |
| 44 | test_a_retry_after_beyond_the_deadline_ends_the_tries |
| 44 | test_a_rate_limit_is_waited_for |
| 44 | test_a_write_or_a_login_is_never_tried_again |
| 51 | test_a_redirect_takes_no_credential_along |
| 51 | test_proxies_and_tokens_of_the_environment_are_ignored |
| 51 | test_a_server_under_another_ca_gets_no_credential |
| 51 | test_plain_http_to_another_machine_is_refused_before_anything_is_sent |
| 51 | test_plain_http_to_a_tls_port_of_this_machine_is_told |
| 52 | test_an_answer_that_is_not_of_openbao_is_told |
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    BusyError,
    ConnectionSettingsError,
    DeadlineError,
    FaultyServerError,
    ForeignAnswerError,
    OpenBaoError,
    RedirectedError,
    UnreachableError,
    UntrustedServerError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY, failures
from ansible_collections.fractalops.infra.tests.integration.openbao.proxy import (
    Fault,
    Proxy,
    cut,
    drip,
    half_said,
    hang,
    instead,
    reset,
    whole,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Stub, http

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"
BUSY = instead(429, b'{"errors":["rate limit quota exceeded"]}', Retry_After="1")


@pytest.fixture(autouse=True, scope="module")
def many(server: Server) -> None:
    """Enough secrets that a batch has a middle."""
    for number in range(20):
        server.write(f"runtime/many/{number}", {"key": f"value-{number}"})


def test_a_connection_that_resets_is_tried_again_and_given_up_in_the_end(server: Server, client: Connect) -> None:
    with Proxy(server, [reset, reset, whole]) as proxy:
        assert resolve(client(address=proxy.address), [POSTGRES]).reads == 1
        assert len(proxy.requests) == 3
    with Proxy(server, [reset]) as proxy:
        kinds, words = failures(client(address=proxy.address, deadline_seconds=1), POSTGRES)
    assert kinds == (UnreachableError,)
    assert "cannot be reached" in words


def test_a_name_without_address_is_told(client: Connect) -> None:
    kinds, words = failures(client(address="https://bao.invalid:8200", deadline_seconds=1), POSTGRES)
    assert kinds == (UnreachableError,)
    assert "its name has no address" in words


@pytest.mark.parametrize("fault", (drip, hang), ids=["drip", "hang"])
def test_a_server_that_drips_or_hangs_is_left_at_the_deadline(server: Server, client: Connect, fault: Fault) -> None:
    with Proxy(server, [fault]) as proxy:
        kinds, words = failures(client(address=proxy.address, deadline_seconds=1), POSTGRES)
    assert kinds == (DeadlineError,)
    assert "no complete answer within 1 s" in words


def test_a_hang_in_the_middle_of_a_batch_gives_nothing(server: Server, client: Connect) -> None:
    refs = [f"bao://secret/runtime/many/{number}#key" for number in range(20)]
    with Proxy(server, [*[whole] * 10, hang]) as proxy:
        kinds, words = failures(client(address=proxy.address, deadline_seconds=2), *refs)
    assert kinds == (DeadlineError,)
    assert "more secret(s) were not read because of this" in words


def test_a_retry_after_is_obeyed_by_reads(server: Server, client: Connect) -> None:
    with Proxy(server, [BUSY, whole]) as proxy:
        assert resolve(client(address=proxy.address), [POSTGRES]).reads == 1
        assert len(proxy.requests) == 2


def test_a_retry_after_beyond_the_deadline_ends_the_tries(server: Server, client: Connect) -> None:
    with Proxy(server, [instead(429, b"{}", Retry_After="3600")]) as proxy:
        assert failures(client(address=proxy.address), POSTGRES)[0] == (BusyError,)
        assert len(proxy.requests) == 1


def test_a_server_under_another_ca_gets_no_credential(server: Server, client: Connect) -> None:
    before = len(server.requests_for(""))
    assert failures(client(ca_file=None), POSTGRES)[0] == (UntrustedServerError,)
    assert len(server.requests_for("")) == before


def test_a_rate_limit_is_waited_for(server: Server, client: Connect) -> None:
    refs = [f"bao://secret/runtime/many/{number}#key" for number in range(4)]
    server.call("POST", "sys/quotas/rate-limit/slow", {"rate": 3, "interval": "1s", "path": "secret/"})
    try:
        assert resolve(client(), refs).reads == 4
        server.call("POST", "sys/quotas/rate-limit/slow", {"rate": 1, "interval": "60s", "path": "secret/"})
        assert failures(client(deadline_seconds=1), *refs)[0] == (BusyError,)
    finally:
        server.call("DELETE", "sys/quotas/rate-limit/slow")


def test_a_write_or_a_login_is_never_tried_again(server: Server, client: Connect) -> None:
    writer = server.approle("writer", 'path "secret/data/runtime/*" { capabilities = ["create", "update", "patch"] }')
    calls: tuple[tuple[dict[str, Any], Callable[[OpenBao], object]], ...] = (
        ({}, lambda openbao: openbao.write("secret", "runtime/once", {"k": Secret("v")}, cas=0)),
        ({}, lambda openbao: openbao.patch("secret", "runtime/once", {"k": Secret("v")}, cas=1)),
        ({}, lambda openbao: openbao.delete("secret", "runtime/once")),
        ({"auth": {"method": "approle", "session": "login"}}, lambda openbao: openbao.read("secret", "runtime/a")),
    )
    for other, call in calls:
        for fault, error in ((BUSY, BusyError), (reset, UnreachableError), (instead(502, b""), FaultyServerError)):
            with Proxy(server, [fault]) as proxy:
                with pytest.raises(error):
                    call(client(writer, address=proxy.address, **other))
                assert len(proxy.requests) == 1


@pytest.mark.parametrize("session", ("inline", "login"))
@pytest.mark.parametrize("status", (301, 302, 303, 307, 308))
def test_a_redirect_takes_no_credential_along(server: Server, client: Connect, session: str, status: int) -> None:
    auth = {"method": "approle", "session": session}
    with Stub([http(200, b"{}")]) as elsewhere:
        redirect = instead(status, b"", Location=f"{elsewhere.address}/v1/secret/data/runtime/postgres")
        with Proxy(server, [redirect]) as proxy:
            kinds, words = failures(client(address=proxy.address, auth=auth), POSTGRES)
        assert elsewhere.requests == []
    assert kinds == (RedirectedError,)
    assert f"answered with a redirect ({status}), which is never followed" in words
    # Asked whether it is a standby, without a credential.
    assert "sys/health" in proxy.requests[1]
    assert "inline-auth" not in proxy.requests[1].lower()


def test_proxies_and_tokens_of_the_environment_are_ignored(
    client: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Stub([http(200, b"{}")]) as elsewhere:
        for name in (
            "HTTPS_PROXY",
            "https_proxy",
            "HTTP_PROXY",
            "ALL_PROXY",
            "VAULT_ADDR",
            "BAO_ADDR",
            "VAULT_PROXY_ADDR",
        ):
            monkeypatch.setenv(name, elsewhere.address)
        for name in ("VAULT_TOKEN", "BAO_TOKEN", "VAULT_NAMESPACE", "BAO_NAMESPACE"):
            monkeypatch.setenv(name, "canary-8f14e45f")
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "VAULT_CACERT"):
            monkeypatch.setenv(name, str(tmp_path / "none.pem"))
        monkeypatch.setenv("VAULT_SKIP_VERIFY", "true")
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".vault-token").write_text("canary-8f14e45f")
        secret = resolve(client(), [POSTGRES]).secrets[POSTGRES]
        assert secret.value.reveal() == CANARY
        assert failures(client(ca_file=None), POSTGRES)[0] == (UntrustedServerError,)
        assert elsewhere.requests == []


def test_plain_http_to_another_machine_is_refused_before_anything_is_sent(client: Connect) -> None:
    with pytest.raises(ConnectionSettingsError, match="use https"):
        client(address="http://bao.example:8200")


def test_plain_http_to_a_tls_port_of_this_machine_is_told(server: Server, client: Connect) -> None:
    """Go answers 400 in plain text and hangs up, which may overtake its own answer."""
    plain = server.address.replace("https:", "http:")
    assert failures(client(address=plain, deadline_seconds=2), POSTGRES)[0] in (
        (ForeignAnswerError,),
        (UnreachableError,),
    )


FOREIGN: dict[str, tuple[Fault, type[OpenBaoError], str]] = {
    "cut": (cut, UnreachableError, "the answer was cut short"),
    "half said": (half_said, ForeignAnswerError, "no JSON object"),
    "html": (instead(200, b"<html>canary</html>", "text/html"), ForeignAnswerError, "no JSON object"),
    "html said to be json": (instead(200, b"<html>canary</html>"), ForeignAnswerError, "no JSON object"),
    "data null": (instead(200, b'{"data":null,"x":"canary"}'), ForeignAnswerError, "not the shape of KV v2"),
    "data of kv v1": (instead(200, b'{"data":{"k":"canary"}}'), ForeignAnswerError, "not the shape of KV v2"),
    "empty": (instead(200, b""), ForeignAnswerError, "no JSON object"),
    "no content": (instead(204, b""), OpenBaoError, "refused with status 204"),
    "a list": (instead(200, b'["canary"]'), ForeignAnswerError, "no JSON object"),
    "captive portal": (instead(511, b"<html>", "text/html"), ForeignAnswerError, "status 511"),
    "a page of 404": (instead(404, b"<html>canary", "text/html"), ForeignAnswerError, "status 404"),
    "a gateway": (instead(502, b"<html>canary", "text/html"), FaultyServerError, "failed with status 502"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_an_answer_that_is_not_of_openbao_is_told(server: Server, client: Connect, name: str) -> None:
    fault, error, words = FOREIGN[name]
    with Proxy(server, [fault]) as proxy:
        kinds, said = failures(client(address=proxy.address, deadline_seconds=2), POSTGRES)
    assert issubclass(kinds[0], error)
    assert words in said
