# SPDX-License-Identifier: GPL-3.0-or-later
"""An issuer of real JWTs, for servers that know its public key."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


class Issuer:
    """Signs JWTs with a key of its own (ES256). Source: RFC 7515."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def sign(self, claims: Mapping[str, object]) -> str:
        """A JWT with these claims; it lives ten minutes unless they say otherwise."""
        now = int(time.time())
        body = {"iat": now - 60, "exp": now + 600, **claims}
        signed = f"{_part({'alg': 'ES256', 'typ': 'JWT'})}.{_part(body)}"
        signature = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_unpadded(b''.join(number.to_bytes(32, 'big') for number in signature))}"


def _part(document: object) -> str:
    return _unpadded(json.dumps(document).encode())


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
