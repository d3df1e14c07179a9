# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle as it lies in its file: three lines of ASCII."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from .header import BundleHeader, MalformedHeaderError
from .refusal import BundleRefusedError, Refusal

#: Secrets are small; a file above this is no bundle.
MAX_BYTES = 16 * 1024 * 1024
#: Length of an Ed25519 signature. Source: RFC 8032 section 5.1.6.
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Bundle:
    """Header, signature, ciphertext; nothing of it is believed before ``verify``."""

    header: BundleHeader
    signature: bytes
    ciphertext: bytes = field(repr=False)
    name: str = "bundle"
    """What messages call it, such as its path."""

    @classmethod
    def parse(cls, content: bytes, name: str = "bundle") -> Bundle:
        """The bundle in ``content``. There is one encoding of each, so every other byte is refused.

        Raises BundleRefusedError: not a bundle, or unsigned.
        """
        lines = content.split(b"\n") if len(content) <= MAX_BYTES else []
        if len(lines) != 4 or lines[3]:
            raise _not_a_bundle(name)
        try:
            header = BundleHeader.of(lines[0])
            signature, ciphertext = _decoded(lines[1]), _decoded(lines[2])
        except (MalformedHeaderError, binascii.Error):
            raise _not_a_bundle(name) from None
        if not signature:
            raise BundleRefusedError(
                Refusal.UNSIGNED, name, "it is not signed", "take one that break_glass_bundle made, or make a new one"
            )
        if len(signature) != SIGNATURE_BYTES or not ciphertext:
            raise _not_a_bundle(name)
        return cls(header, signature, ciphertext, name)

    def content(self) -> bytes:
        """The bytes of its file."""
        parts = (self.header.line(), base64.b64encode(self.signature), base64.b64encode(self.ciphertext), b"")
        return b"\n".join(parts)


def _decoded(line: bytes) -> bytes:
    """Base64 without any freedom: padding and unused bits count too."""
    data = base64.b64decode(line, validate=True)
    if base64.b64encode(data) != line:
        raise binascii.Error
    return data


def _not_a_bundle(name: str) -> BundleRefusedError:
    return BundleRefusedError(
        Refusal.NOT_A_BUNDLE, name, "not a break-glass bundle of this version", "name the file break_glass_bundle wrote"
    )
