# SPDX-License-Identifier: GPL-3.0-or-later
"""A verified bundle to its values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import pyrage

from ..openbao.resolution import Resolution, ResolvedSecret
from ..openbao.secret import Secret
from ..secret_ref import SecretRef
from .refusal import BundleRefusedError, Refusal
from .verification import VerifiedBundle


def open_bundle(verified: VerifiedBundle, identity: Secret) -> dict[str, Secret]:
    """Pinned ref → value. Raises BundleRefusedError: not an identity of it, or the contents are not as listed."""
    bundle = verified.bundle
    try:
        key = pyrage.x25519.Identity.from_str(identity.reveal())
        plaintext = pyrage.decrypt(bundle.ciphertext, [key])
    except (pyrage.IdentityError, pyrage.DecryptError):
        what = "this identity does not open it"
        hint = f"take an identity of one of {', '.join(bundle.header.recipients)}"
        raise BundleRefusedError(Refusal.WRONG_IDENTITY, bundle.name, what, hint) from None
    values = _values(plaintext)
    if values is None or sorted(values) != list(bundle.header.refs):
        what = "it does not hold what its header lists"
        raise BundleRefusedError(Refusal.OTHER_CONTENTS, bundle.name, what, "make a new one") from None
    return values


def resolution_of(values: Mapping[str, Secret], refs: Iterable[str]) -> Resolution:
    """What ``openbao.resolve`` would give for ``refs``, from an opened bundle; nothing is read.

    A ref without a version takes the newest the bundle holds. Raises KeyError for one that ``verify`` did not get.
    """
    newest = {_unpinned(ref): ref for ref in sorted(map(SecretRef.parse, values))}
    secrets = {text: _resolved(text, newest, values) for text in refs}
    return Resolution(secrets, reads=0)


def _resolved(text: str, newest: Mapping[SecretRef, SecretRef], values: Mapping[str, Secret]) -> ResolvedSecret:
    wanted = SecretRef.parse(text)
    pinned = wanted if wanted.version else newest[_unpinned(wanted)]
    return ResolvedSecret(text, int(pinned.version or 0), values[str(pinned)])


def _unpinned(ref: SecretRef) -> SecretRef:
    return SecretRef(ref.mount, ref.path, ref.key)


def _values(plaintext: bytes) -> dict[str, Secret] | None:
    try:
        data = json.loads(plaintext)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return None
    return {str(ref): Secret(value) for ref, value in data.items()}
