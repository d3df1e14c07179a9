# SPDX-License-Identifier: GPL-3.0-or-later
"""An ssh key."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ..secret import Secret
from .recipe import PairRecipe


@dataclass(frozen=True, slots=True)
class SshKey(PairRecipe):
    """Ed25519: the private half in the format of OpenSSH, the public one as in authorized_keys, without a comment."""

    def pair(self) -> tuple[Secret, Secret]:
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        return Secret(private.decode()), Secret(public.decode())
