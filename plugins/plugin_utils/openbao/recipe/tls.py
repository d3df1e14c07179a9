# SPDX-License-Identifier: GPL-3.0-or-later
"""A TLS key with a certificate that vouches for itself."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..secret import Secret
from .failure import InvalidRecipeError
from .recipe import PairRecipe

#: A clock that is a little behind must not refuse a certificate it has just been given.
BACKDATED = dt.timedelta(minutes=5)
LONGEST_DAYS = 3650
#: RFC 5280 appendix A.1, ub-common-name.
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Tls(PairRecipe):
    """A P-256 key as PKCS 8 and its certificate, both PEM, for servers and clients.

    The certificate is self-signed: who shall trust it is given it as CA. ``names`` are DNS names and IP addresses;
    the common name is always among them.
    """

    common_name: str
    names: tuple[str, ...] = ()
    valid_days: int = 90

    def __post_init__(self) -> None:
        if not 1 <= self.valid_days <= LONGEST_DAYS:
            raise InvalidRecipeError(
                f"recipe tls: valid_days {self.valid_days} is out of bounds; choose 1 to {LONGEST_DAYS}"
            )
        if not 1 <= len(self.common_name) <= LONGEST_NAME:
            raise InvalidRecipeError(f"recipe tls: common_name needs 1 to {LONGEST_NAME} characters; shorten it")
        self._alternatives()

    def pair(self) -> tuple[Secret, Secret]:
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        certificate = self._certificate(key).public_bytes(Encoding.PEM)
        return Secret(private.decode()), Secret(certificate.decode())

    def _certificate(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.common_name)])
        subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BACKDATED)
            .not_valid_after(now + dt.timedelta(days=self.valid_days))
            .add_extension(self._alternatives(), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(subject_key, critical=False)
            .add_extension(usages, critical=False)
            .sign(key, hashes.SHA256())
        )

    def _alternatives(self) -> x509.SubjectAlternativeName:
        names = dict.fromkeys((self.common_name, *self.names))
        try:
            return x509.SubjectAlternativeName([_general_name(name) for name in names])
        except ValueError:
            raise InvalidRecipeError("recipe tls: a name is no DNS name and no IP address; use ASCII names") from None


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
