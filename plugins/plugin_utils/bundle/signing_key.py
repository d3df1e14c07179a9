# SPDX-License-Identifier: GPL-3.0-or-later
"""Ed25519: who signs bundles, and the public half everybody checks them with."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

from ..documentation import document_url
from ..errors import InfraError
from ..openbao.secret import Secret
from .policy import Policy

#: Said before every header that is signed, so that a signature of something else is never one of a bundle.
DOMAIN = b"fractalops.infra break-glass bundle 1\0"


class SigningKeyError(InfraError):
    """A key nobody can sign or verify with. Never holds a private half."""


@final
class SigningKey:
    """The private half; it never leaves this object."""

    __slots__ = ("_sign", "public")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._sign = key.sign
        self.public: str = base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")

    @classmethod
    def of(cls, secret: Secret, policy: Policy) -> SigningKey:
        """The private half of ``policy.signer``, in PEM as the recipe ``ssh_key`` or ``openssl genpkey`` make it.

        Raises SigningKeyError, which names the public half of another key.
        """
        text = secret.reveal().encode()
        load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in text else load_pem_private_key
        try:
            key = load(text, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyError(
                f"{policy.signing_key}: not an Ed25519 private key in PEM; make one with the recipe ssh_key, see"
                f" {document_url('break-glass')}"
            )
        signing_key = cls(key)
        if signing_key.public != policy.signer:
            raise SigningKeyError(
                f"{policy.signing_key}: its public half is {signing_key.public}, not break_glass.signer; if this"
                " is the key you mean, write that there"
            )
        return signing_key

    def sign(self, header: bytes) -> bytes:
        """The signature of a header."""
        return self._sign(DOMAIN + header)

    def __repr__(self) -> str:
        return f"SigningKey({key_id(self.public)})"


def key_id(public: str) -> str:
    """The short name of a public key: 16 hexadecimal digits of its SHA-256. Raises SigningKeyError."""
    return hashlib.sha256(_raw(public)).hexdigest()[:16]


def is_signed(public: str, header: bytes, signature: bytes) -> bool:
    """Whether the holder of ``public`` signed this header. Raises SigningKeyError when it is no key."""
    try:
        Ed25519PublicKey.from_public_bytes(_raw(public)).verify(signature, DOMAIN + header)
    except InvalidSignature:
        return False
    return True


def _raw(public: str) -> bytes:
    try:
        raw = base64.b64decode(public, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise SigningKeyError("break_glass.signer: not an Ed25519 public key; write its 32 bytes in base64")
    return raw
