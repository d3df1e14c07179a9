# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom an age ciphertext is for."""

from __future__ import annotations

#: With one only, the loss of one identity is the loss of every bundle.
MIN_RECIPIENTS = 2
_STANZA, _END = b"-> X25519 ", b"--- "


def recipient_count(ciphertext: bytes) -> int:
    """How many X25519 recipients its header names. Other stanzas are noise that age adds on purpose.

    Source: age-encryption.org/v1, section "Header".
    """
    count = 0
    for line in ciphertext.split(b"\n"):
        if line.startswith(_END):
            break
        count += line.startswith(_STANZA)
    return count
