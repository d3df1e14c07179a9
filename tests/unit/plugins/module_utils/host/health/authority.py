# SPDX-License-Identifier: GPL-3.0-or-later
"""A CA that nobody knows, and the certificate of a server for ``localhost``."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = dt.timedelta(days=1)


def certified(folder: Path) -> ssl.SSLContext:
    """The context of the server; the CA lies at ``ca.pem``, another at ``other.pem``."""
    _ca(folder / "other.pem", "another CA")
    issuer, signer = _ca(folder / "ca.pem", "a CA")
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = _builder("server", key, issuer).add_extension(names, critical=False).sign(signer, hashes.SHA256())
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem = certificate.public_bytes(encoding) + key.private_bytes(encoding, private, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


def _ca(path: Path, name: str) -> tuple[x509.Name, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    certificate = _builder(name, key, issuer).add_extension(constraints, critical=True).sign(key, hashes.SHA256())
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return issuer, key


def _builder(name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    return x509.CertificateBuilder(issuer, subject, key.public_key(), 1, now - DAY, now + DAY)
