# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed bundles of secrets for the time without OpenBao: who can open them, who signs them, how long they are good."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .base import Model
from .kind import text
from .secret_ref import SecretRefText

AgeRecipient = Annotated[
    str,
    text(
        r"^age1[02-9ac-hj-np-z]{58}$",
        "an age recipient",
        "write age1 and the 58 characters that age-keygen prints after it; never the identity, AGE-SECRET-KEY-1…",
    ),
]
#: 32 bytes: 43 characters, of which the last carries four bits, and one of padding.
SignerKey = Annotated[
    str,
    text(
        r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$",
        "an Ed25519 public key",
        "write its 32 bytes in base64, 44 characters; break_glass_bundle names it when it differs",
    ),
]


class BreakGlass(Model):
    """Bundles the playbook ``repair`` may use; without this section there are none."""

    recipients: Annotated[list[AgeRecipient], Field(min_length=2, max_length=16)]
    """Who can open a bundle: age recipients, each of another person or place."""
    signer: SignerKey
    """Whose bundles are believed: the raw Ed25519 public key, base64."""
    signing_key: SecretRefText
    """Its private half in PEM, read only where bundles are made."""
    valid_days: Annotated[int, Field(ge=1, le=100)]
    """Days a bundle is good for; a quarter and some days at most, so that each drill is held with a new one."""
