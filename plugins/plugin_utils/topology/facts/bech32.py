# SPDX-License-Identifier: GPL-3.0-or-later
"""The checksum of Bech32, in which age writes its recipients."""

from __future__ import annotations

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def is_bech32(text: str) -> bool:
    """Whether ``text``, in lower case, ends in its right checksum. Source: BIP 173, section "Checksum"."""
    prefix, _one, data = text.rpartition("1")
    if not prefix or len(data) < 6 or not set(data) <= set(_ALPHABET):
        return False
    head = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    return _polymod([*head, *map(_ALPHABET.index, data)]) == 1


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            check ^= term if top >> bit & 1 else 0
    return check
