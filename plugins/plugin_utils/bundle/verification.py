# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a bundle may be used now, for this host and this action."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ..secret_ref import SecretRef
from .bundle import Bundle
from .header import BundleHeader
from .policy import Policy
from .recipients import MIN_RECIPIENTS, recipient_count
from .refusal import BundleRefusedError, Refusal
from .seen import NOTHING_SEEN, Seen
from .signing_key import is_signed, key_id
from .use import Use


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle that passed ``verify``, the only kind that can be opened."""

    bundle: Bundle

    @property
    def header(self) -> BundleHeader:
        return self.bundle.header


def verify(bundle: Bundle, policy: Policy, use: Use, now: dt.datetime, seen: Seen = NOTHING_SEEN) -> VerifiedBundle:
    """The bundle, to be opened. Nothing of its header is believed before the signature is. ``now`` is aware.

    Raises BundleRefusedError with the first of the reasons, in the order of ``Refusal``.
    """
    check_origin(bundle, policy.signer)
    _check_recipients(bundle)
    _check_time(bundle, now, dt.timedelta(days=policy.valid_days))
    _check_purpose(bundle, use)
    _check_replay(bundle, use.host, seen)
    _check_needs(bundle, use.needs)
    return VerifiedBundle(bundle)


def lacking(header: BundleHeader, needs: Iterable[str]) -> list[str]:
    """Which of ``needs`` the bundle does not hold. A ref without a version is content with any."""
    held = set(header.refs) | {ref.rpartition("@")[0] for ref in header.refs}
    return sorted({ref for ref in needs if ref not in held})


def check_origin(bundle: Bundle, signer: str) -> None:
    """Header and ciphertext are those that the holder of ``signer`` signed. Raises BundleRefusedError."""
    header, name = bundle.header, bundle.name
    if header.signer != key_id(signer):
        what = f"signed with key {header.signer}, not with {key_id(signer)} of this topology"
        raise BundleRefusedError(Refusal.OTHER_SIGNER, name, what, "take a bundle made for this topology")
    if not is_signed(signer, header.line(), bundle.signature):
        what = "the signature is wrong, so the header was changed after it was signed"
        raise BundleRefusedError(
            Refusal.WRONG_SIGNATURE, name, what, "take another copy; find out who changed this one"
        )
    if hashlib.sha256(bundle.ciphertext).hexdigest() != header.ciphertext_sha256:
        what = "the ciphertext is not the one that was signed"
        raise BundleRefusedError(
            Refusal.OTHER_CIPHERTEXT, name, what, "take another copy; find out who changed this one"
        )


def _check_recipients(bundle: Bundle) -> None:
    count = min(len(bundle.header.recipients), recipient_count(bundle.ciphertext))
    if count < MIN_RECIPIENTS:
        what = f"sealed to {count} recipients, fewer than {MIN_RECIPIENTS}"
        raise BundleRefusedError(Refusal.TOO_FEW_RECIPIENTS, bundle.name, what, "make a new one")


def _check_time(bundle: Bundle, now: dt.datetime, longest: dt.timedelta) -> None:
    header, name = bundle.header, bundle.name
    if header.expires_at - header.created_at > longest:
        what = f"valid from {header.created} to {header.expires}, longer than the {longest.days} days allowed"
        raise BundleRefusedError(Refusal.VALID_TOO_LONG, name, what, "make a new one")
    if now < header.created_at:
        what = f"made at {header.created}, which is still to come"
        raise BundleRefusedError(Refusal.NOT_YET_VALID, name, what, "set the clock of this machine")
    if now >= header.expires_at:
        what = f"expired at {header.expires}"
        raise BundleRefusedError(Refusal.EXPIRED, name, what, "take a newer one, or make one when OpenBao is back")


def _check_purpose(bundle: Bundle, use: Use) -> None:
    header, name = bundle.header, bundle.name
    if use.host not in header.hosts:
        what = f"not for host {use.host!r} but for {', '.join(header.hosts)}"
        raise BundleRefusedError(Refusal.WRONG_HOST, name, what, "take the bundle of this host")
    if use.action not in header.actions:
        what = f"not for action {use.action!r} but for {', '.join(header.actions)}"
        raise BundleRefusedError(Refusal.WRONG_ACTION, name, what, "take a bundle that was made for it")


def _check_replay(bundle: Bundle, host: str, seen: Seen) -> None:
    serial = bundle.header.serial
    if serial in seen.used_serials:
        what = f"{host} was already repaired with serial {serial}"
    elif serial < seen.highest_serial:
        what = f"its serial {serial} is older than {seen.highest_serial}, which {host} has had"
    else:
        return
    raise BundleRefusedError(Refusal.REPLAYED, bundle.name, what, "take a newer bundle")


def _check_needs(bundle: Bundle, needs: Iterable[str]) -> None:
    missing = [str(SecretRef.parse(ref)) for ref in lacking(bundle.header, needs)]
    if missing:
        what = f"does not hold {', '.join(missing)}"
        raise BundleRefusedError(
            Refusal.LACKS_REF, bundle.name, what, "take a newer bundle, made after the ref was added"
        )
