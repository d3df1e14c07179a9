# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a health check believes: a certificate of the CA for the right name, unless the topology says otherwise."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.answer import EndpointHealth, endpoint_health
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.endpoint import Endpoint
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Stub, http
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FINE = http(200, b"{}")
DAY = dt.timedelta(days=1)


def certified(folder: Path, *, ends_in: dt.timedelta = DAY) -> ssl.SSLContext:
    """A server's context for 127.0.0.1; its own CA lies at ``ca.pem``."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stub")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - 2 * DAY, now + ends_in)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(certificate.public_bytes(encoding))
    (folder / "key.pem").write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


def ask(url: str, ca_file: Path | None, *, verify_tls: bool = True) -> EndpointHealth:
    endpoint = Endpoint("grid", "grid", is_shared=False, url=url, verify_tls=verify_tls)
    return endpoint_health([endpoint], str(ca_file) if ca_file else None, 5.0)[0]


def test_a_certificate_of_the_ca_that_is_given_is_believed(tmp_path: Path) -> None:
    with Stub([FINE], certified(tmp_path)) as server:
        assert ask(server.address, tmp_path / "ca.pem")["state"] == "healthy"


def test_a_certificate_of_another_ca_is_refused_and_nothing_is_asked(tmp_path: Path) -> None:
    with Stub([FINE], certified(tmp_path)) as server:
        found = ask(server.address, None)
    assert (found["state"], found["status"]) == ("unhealthy", None)
    assert str(found["why"]).startswith("gave no answer (certificate refused: self")
    assert server.requests == []


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with Stub([FINE], certified(tmp_path)) as server:
        found = ask(server.address.replace("127.0.0.1", "localhost"), tmp_path / "ca.pem")
    assert "certificate refused: Hostname mismatch" in str(found["why"])
    assert server.requests == []


def test_a_certificate_that_has_ended_is_refused(tmp_path: Path) -> None:
    with Stub([FINE], certified(tmp_path, ends_in=-DAY)) as server:
        found = ask(server.address, tmp_path / "ca.pem")
    assert found["why"] == "gave no answer (certificate refused: certificate has expired)"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_only_an_endpoint_that_says_so_is_asked_without_verification(tmp_path: Path, host: str) -> None:
    with Stub([FINE], certified(tmp_path)) as server:
        url = server.address.replace("127.0.0.1", host)
        asked = [
            Endpoint(name, name, is_shared=False, url=url, verify_tls=name == "strict") for name in ("strict", "lax")
        ]
        found = endpoint_health(asked, None, 5.0)
    assert [one["state"] for one in found] == ["unhealthy", "healthy"]
    assert len(server.requests) == 1
