# SPDX-License-Identifier: GPL-3.0-or-later
"""How the client meets a server that fails, lies, hangs or leads elsewhere; everything at the wire."""

from __future__ import annotations

import datetime as dt
import ipaddress
import random
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http import session as session_module
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.incoming import MAX_ANSWER_BYTES
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.session import MAX_ASKED_SECONDS, PAUSES_SECONDS
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, connect
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    BusyError,
    DeadlineError,
    FaultyServerError,
    ForeignAnswerError,
    OpenBaoError,
    RedirectedError,
    SealedError,
    StandbyError,
    UnexpectedVersionError,
    UnreachableError,
    UntrustedServerError,
)
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import (
    Reply,
    Stub,
    drip,
    http,
    kv,
    raw,
    reset,
    silence,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Connect = Callable[..., OpenBao]
CANARY = "canary-8f14e45f"
GOOD = kv({"password": CANARY})
RATE_LIMITED = http(429, b'{"errors":["rate limit quota exceeded"]}')
SEALED = http(503, b'{"errors":["Vault is sealed"]}')
CUT_SHORT = raw(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"data":')
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"

pytestmark = pytest.mark.usefixtures("short_pauses")


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def _failure(openbao: OpenBao, version: int | None = None) -> OpenBaoError:
    with pytest.raises(OpenBaoError) as failure:
        openbao.read("secret", "runtime/postgres", version)
    return failure.value


def test_a_good_answer_is_read(client: Connect) -> None:
    with Stub([GOOD]) as server:
        secret_version = client(server.address).read("secret", "runtime/postgres")
    assert secret_version.secret("password", "ref").reveal() == CANARY
    assert CANARY not in repr(secret_version)
    assert server.requests[0].startswith("GET /v1/secret/data/runtime/postgres HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "fault",
    (RATE_LIMITED, reset, raw(b""), CUT_SHORT, http(502, b"<html>", "text/html"), http(500, b'{"errors":["x"]}')),
    ids=["429", "reset", "closed", "truncated", "502", "500"],
)
def test_a_read_is_tried_again_after_a_passing_fault(client: Connect, fault: Reply) -> None:
    with Stub([fault, fault, GOOD]) as server:
        assert client(server.address).read("secret", "runtime/postgres").version == 1
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    (
        (RATE_LIMITED, BusyError, "too many requests"),
        (reset, UnreachableError, "connection reset"),
        (CUT_SHORT, UnreachableError, "cut short"),
        (http(502, b"<html>", "text/html"), FaultyServerError, "status 502"),
        (http(500, b'{"errors":["canary-8f14e45f"]}'), FaultyServerError, "status 500"),
    ),
)
def test_a_fault_that_stays_is_told_after_the_last_try(
    client: Connect, fault: Reply, error: type[OpenBaoError], words: str
) -> None:
    with Stub([fault]) as server:
        failure = _failure(client(server.address))
    assert isinstance(failure, error)
    assert words in str(failure)
    assert len(server.requests) == 1 + len(PAUSES_SECONDS)


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    (
        (SEALED, SealedError, "unseal it"),
        (http(200, b"<html>canary-8f14e45f</html>", "text/html"), ForeignAnswerError, "not an OpenBao answer"),
        (http(200, b"canary-8f14e45f"), ForeignAnswerError, "no JSON object"),
        (http(200, b'{"data":null,"canary-8f14e45f":1}'), ForeignAnswerError, "not the shape of KV v2"),
        (http(200, b'["canary-8f14e45f"]'), ForeignAnswerError, "no JSON object"),
        (http(200, b"[" * 100_000), ForeignAnswerError, "no JSON object"),
        (kv(None), ForeignAnswerError, "not the shape of KV v2"),
        (kv({"k": CANARY}, "1"), ForeignAnswerError, "not the shape of KV v2"),
        (kv({"k": CANARY}, version=True), ForeignAnswerError, "not the shape of KV v2"),
        (http(404, b"canary-8f14e45f", "text/plain"), ForeignAnswerError, "status 404"),
    ),
)
def test_an_answer_that_will_not_change_is_told_at_once_and_not_repeated(
    client: Connect, fault: Reply, error: type[OpenBaoError], words: str
) -> None:
    with Stub([fault]) as server:
        failure = _failure(client(server.address))
    assert isinstance(failure, error)
    assert words in str(failure)
    assert len(server.requests) == 1
    assert CANARY not in "".join(traceback.format_exception(failure))


def test_a_redirect_is_never_followed(client: Connect) -> None:
    with Stub([GOOD]) as other, Stub([http(307, b"", Location=f"{other.address}/v1/secret/data/x")]) as server:
        failure = _failure(client(server.address))
    assert isinstance(failure, RedirectedError)
    assert "never followed" in str(failure)
    assert other.requests == []


def test_a_standby_that_redirects_is_told_from_a_proxy_that_does(client: Connect) -> None:
    redirect = http(307, b"", Location="http://127.0.0.1:9/v1/secret/data/x")
    with Stub([redirect, http(200, b'{"standby":true,"sealed":false}')]) as server:
        assert isinstance(_failure(client(server.address)), StandbyError)
    assert server.requests[1].startswith("GET /v1/sys/health?standbyok=true HTTP/1.1\r\n")
    assert "X-Vault-Inline-Auth" not in server.requests[1]


@pytest.mark.parametrize("fault", (reset, CUT_SHORT, raw(b"")), ids=["reset", "truncated", "closed"])
def test_a_write_whose_answer_never_came_is_unknown_and_not_repeated(client: Connect, fault: Reply) -> None:
    with Stub([fault]) as server, pytest.raises(UnreachableError) as failure:
        client(server.address).write("secret", "runtime/postgres", {"password": Secret(CANARY)}, cas=1)
    assert "whether it did what was asked is unknown" in str(failure.value)
    assert CANARY not in "".join(traceback.format_exception(failure.value))
    assert len(server.requests) == 1


def test_another_version_than_asked_for_is_never_taken(client: Connect) -> None:
    with Stub([kv({"password": CANARY}, 4)]) as server:
        failure = _failure(client(server.address), version=3)
    assert isinstance(failure, UnexpectedVersionError)
    assert "asked for version 3, got version 4" in str(failure)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, as long as they are for real and without waiting."""
    pauses: list[float] = []
    monkeypatch.setattr(session_module, "PAUSES_SECONDS", PAUSES_SECONDS)
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


def is_jittered(pause: float, asked: float, own: float) -> bool:
    """Not shorter than the server asked for, and at most our own pause longer."""
    return asked + own / 2 <= pause <= asked + own


def test_retry_after_is_obeyed(client: Connect, slept: list[float]) -> None:
    with Stub([http(429, b"{}", Retry_After="3"), GOOD]) as server:
        client(server.address).read("secret", "runtime/postgres")
    (pause,) = slept
    assert is_jittered(pause, 3, PAUSES_SECONDS[0])


def test_a_long_retry_after_is_obeyed_up_to_a_cap(client: Connect, slept: list[float]) -> None:
    asks = http(429, b"{}", Retry_After="20")
    with Stub([asks, asks, GOOD]) as server:
        client(server.address, deadline_seconds=60).read("secret", "runtime/postgres")
    first, second = slept
    assert is_jittered(first, MAX_ASKED_SECONDS, PAUSES_SECONDS[0])
    assert is_jittered(second, MAX_ASKED_SECONDS, PAUSES_SECONDS[1]), "a server that asks again is obeyed again"


@pytest.mark.parametrize("asked", [0, 3], ids=["nothing asked", "asked"])
def test_hosts_that_were_refused_at_once_do_not_come_back_at_once(
    client: Connect, slept: list[float], asked: int
) -> None:
    """Forks of one play share the state of the module's generator, as the seed makes it here."""
    for _host in range(5):
        random.seed(1)
        with Stub([http(429, b"{}", Retry_After=str(asked)), GOOD]) as server:
            client(server.address).read("secret", "runtime/postgres")
    assert all(is_jittered(pause, asked, PAUSES_SECONDS[0]) for pause in slept)
    assert len(set(slept)) == 5


@pytest.mark.parametrize("asked", ("60", "99999999999999999999", "Fri, 31 Dec 2999 23:59:59 GMT"))
def test_a_retry_after_beyond_the_deadline_ends_the_tries(client: Connect, asked: str) -> None:
    with Stub([http(429, b"{}", Retry_After=asked)]) as server:
        assert isinstance(_failure(client(server.address)), BusyError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("asked", ("soon", "-5", ""))
def test_a_retry_after_without_sense_is_not_obeyed(client: Connect, asked: str) -> None:
    with Stub([http(429, b"{}", Retry_After=asked), GOOD]) as server:
        assert client(server.address).read("secret", "runtime/postgres").version == 1


@pytest.mark.parametrize("data", (b"HTTP/1.1 200 OK\r\nX-A: b\r\n", b"X"), ids=["headers", "status line"])
def test_a_server_that_drips_its_headers_is_left_at_the_deadline(
    client: Connect, stop: threading.Event, data: bytes
) -> None:
    with Stub([drip(data, stop)]) as server:
        assert isinstance(_failure(client(server.address, deadline_seconds=0.3)), DeadlineError)


def test_a_server_that_drips_its_body_is_left_at_the_deadline(client: Connect, stop: threading.Event) -> None:
    def reply(sock: object) -> None:
        raw(HEADERS)(sock)  # type: ignore[arg-type]  # a socket, or one with TLS
        drip(b" ", stop)(sock)  # type: ignore[arg-type]  # as above

    with Stub([reply]) as server:
        failure = _failure(client(server.address, deadline_seconds=0.3))
    assert isinstance(failure, DeadlineError)
    assert "no complete answer within 0.3 s" in str(failure)


def test_a_server_that_never_answers_is_left_at_the_deadline(client: Connect, stop: threading.Event) -> None:
    with Stub([silence(stop)]) as server:
        assert isinstance(_failure(client(server.address, deadline_seconds=0.3)), DeadlineError)


def test_a_huge_answer_is_not_read(client: Connect) -> None:
    with Stub([kv({"password": "x" * MAX_ANSWER_BYTES})]) as server:
        failure = _failure(client(server.address))
    assert isinstance(failure, UnreachableError)
    assert "the answer is too large" in str(failure)


def test_an_unknown_name_and_a_closed_port_are_told_apart(client: Connect) -> None:
    assert "its name has no address" in str(_failure(client("https://bao.invalid")))
    with Stub([GOOD]) as server:
        address = server.address
    assert "connection refused" in str(_failure(client(address)))


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login canary password canary")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "VAULT_ADDR", "BAO_ADDR"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("VAULT_TOKEN", "canary")
    monkeypatch.setenv("VAULT_NAMESPACE", "canary")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".vault-token").write_text("canary")
    (tmp_path / "approle").touch(mode=0o600)
    (tmp_path / "approle").write_text('{"role_id": "a", "secret_id": "b"}')
    with Stub([GOOD]) as server:
        settings = {"address": server.address, "mount": "secret", "auth": {"method": "approle"}}
        with connect(settings, str(tmp_path / "approle")) as openbao:
            openbao.read("secret", "runtime/postgres")
    request_line, *headers = server.requests[0].split("\r\n")
    assert request_line == "GET /v1/secret/data/runtime/postgres HTTP/1.1"
    assert "canary" not in server.requests[0]
    assert {header.partition(":")[0].lower() for header in headers if header} == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "x-vault-request",
        "x-vault-inline-auth-path",
        "x-vault-inline-auth-parameter-0",
        "x-vault-inline-auth-parameter-1",
    }


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A server certificate for 127.0.0.1 that is its own CA, in ``ca.pem``."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stub")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", tmp_path / "key.pem")
    return context


def test_the_ca_file_is_who_we_trust(client: Connect, tls: ssl.SSLContext, tmp_path: Path) -> None:
    with Stub([GOOD], tls) as server:
        assert client(server.address, ca_file=str(tmp_path / "ca.pem")).read("secret", "runtime/postgres").version == 1


def test_another_ca_is_refused_before_the_credential_is_sent(client: Connect, tls: ssl.SSLContext) -> None:
    with Stub([GOOD], tls) as server:
        failure = _failure(client(server.address))
    assert isinstance(failure, UntrustedServerError)
    assert "the system's CAs" in str(failure)
    assert server.requests == []


def test_another_name_is_refused(client: Connect, tls: ssl.SSLContext, tmp_path: Path) -> None:
    with Stub([GOOD], tls) as server:
        address = server.address.replace("127.0.0.1", "localhost")
        assert isinstance(_failure(client(address, ca_file=str(tmp_path / "ca.pem"))), UntrustedServerError)
    assert server.requests == []


def test_a_handshake_that_hangs_is_left_at_the_deadline(client: Connect, stop: threading.Event) -> None:
    with Stub([silence(stop)]) as server:
        address = server.address.replace("http:", "https:")
        assert isinstance(_failure(client(address, deadline_seconds=0.3)), DeadlineError)
