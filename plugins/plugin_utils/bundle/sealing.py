# SPDX-License-Identifier: GPL-3.0-or-later
"""Values to a sealed bundle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

import pyrage

from ..errors import InfraError
from ..openbao.secret import Secret
from .bundle import Bundle
from .header import BundleHeader
from .recipients import MIN_RECIPIENTS
from .signing_key import SigningKey, key_id

#: The plaintext is filled up to a multiple of this, so that the size of a file says little about its secrets.
BLOCK_BYTES = 4096


def seal(header: BundleHeader, values: Mapping[str, Secret], key: SigningKey) -> Bundle:
    """``values`` (pinned ref → value) for the recipients of ``header``, signed by ``key``.

    ``ciphertext_sha256`` and ``signer`` of ``header`` are filled in here. The plaintext lives in memory alone.
    Raises InfraError for fewer than two recipients, or when the header lists other refs than are given.
    """
    if len(set(header.recipients)) < MIN_RECIPIENTS:
        raise InfraError(f"break_glass.recipients: fewer than {MIN_RECIPIENTS}; name one more")
    if list(header.refs) != sorted(values):
        raise InfraError("bundle: its header lists other refs than it holds; report it")
    ciphertext = pyrage.encrypt(_plaintext(values), [_recipient(one) for one in header.recipients])
    digest = hashlib.sha256(ciphertext).hexdigest()
    signed = replace(header, ciphertext_sha256=digest, signer=key_id(key.public))
    # Read back by the rules everybody reads it by: what could not be verified is never written.
    return Bundle.parse(Bundle(signed, key.sign(signed.line()), ciphertext).content())


def _plaintext(values: Mapping[str, Secret]) -> bytes:
    text = json.dumps({ref: value.reveal() for ref, value in values.items()}, sort_keys=True).encode()
    return text + b" " * (-len(text) % BLOCK_BYTES)


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise InfraError(f"break_glass.recipients: {text!r} is not an age recipient; write age1…") from None
