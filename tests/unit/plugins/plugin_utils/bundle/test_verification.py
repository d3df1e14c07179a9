# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reason to refuse a bundle, by its name."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

import pyrage
import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    NOTHING_SEEN,
    Bundle,
    BundleRefusedError,
    Policy,
    Refusal,
    Seen,
    SigningKey,
    SigningKeyError,
    Use,
    seal,
    verify,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.secret import Secret
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .bundles import NOW, fine, header, policy, private_key, recipients, signed, use, values

DAY = dt.timedelta(days=1)


def stranger() -> Bundle:
    """Sealed as it should be, by somebody else."""
    return seal(header(), values(), SigningKey(Ed25519PrivateKey.generate()))


def posing() -> Bundle:
    """Signed by a stranger who writes our key id into the header."""
    claimed = replace(stranger().header, signer=fine().header.signer)
    forged = SigningKey(Ed25519PrivateKey.generate()).sign(claimed.line())
    return replace(stranger(), header=claimed, signature=forged)


def for_one() -> Bundle:
    """A header of two recipients over a ciphertext for one."""
    ciphertext = pyrage.encrypt(b"{}", [pyrage.x25519.Recipient.from_str(recipients()[0])])
    return signed(replace(fine(), ciphertext=ciphertext), ciphertext_sha256=hashlib.sha256(ciphertext).hexdigest())


def refused(
    bundle: Bundle,
    *,
    at: dt.datetime = NOW,
    by: Policy | None = None,
    want: Use | None = None,
    seen: Seen = NOTHING_SEEN,
) -> tuple[Refusal, str]:
    with pytest.raises(BundleRefusedError) as found:
        verify(bundle, by or policy(), want or use(), at, seen)
    return found.value.refusal, str(found.value)


def test_a_fine_bundle_is_verified_for_each_host_and_action_until_the_last_second() -> None:
    for host in ("web-1", "worker-1"):
        for action in ("drill", "repair"):
            want = use(host=host, action=action)
            assert verify(fine(), policy(), want, NOW).header.serial == 7
            assert verify(fine(), policy(), want, NOW + 35 * DAY - dt.timedelta(seconds=1)).bundle == fine()


def test_an_unsigned_one_is_refused() -> None:
    lines = fine().content().split(b"\n")
    with pytest.raises(BundleRefusedError, match="it is not signed") as found:
        Bundle.parse(b"\n".join([lines[0], b"", *lines[2:]]), "night.bundle")
    assert found.value.refusal is Refusal.UNSIGNED
    assert str(found.value).startswith("night.bundle: ")


def spoilt(ciphertext: bytes) -> bytes:
    return ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])


@pytest.mark.parametrize(
    ("bundle", "refusal", "words"),
    [
        (stranger(), Refusal.OTHER_SIGNER, "not with"),
        (posing(), Refusal.WRONG_SIGNATURE, "the header was changed after it was signed"),
        (
            replace(
                fine(),
                header=header(serial=8, ciphertext_sha256=fine().header.ciphertext_sha256, signer=fine().header.signer),
            ),
            Refusal.WRONG_SIGNATURE,
            "header was changed",
        ),
        (replace(fine(), ciphertext=spoilt(fine().ciphertext)), Refusal.OTHER_CIPHERTEXT, "ciphertext is not the"),
        (signed(fine(), recipients=recipients()[:1]), Refusal.TOO_FEW_RECIPIENTS, "sealed to 1 recipients"),
        (for_one(), Refusal.TOO_FEW_RECIPIENTS, "sealed to 1 recipients"),
        (signed(fine(), expires="2026-12-26T03:00:01Z"), Refusal.VALID_TOO_LONG, "longer than the 35 days allowed"),
        (signed(fine(), expires="2026-11-20T03:00:00Z"), Refusal.EXPIRED, "expired at 2026-11-20T03:00:00Z"),
    ],
    ids=lambda value: value.value if isinstance(value, Refusal) else "",
)
def test_a_crafted_one_is_refused_by_name(bundle: Bundle, refusal: Refusal, words: str) -> None:
    found, said = refused(bundle)
    assert found is refusal
    assert words in said


def test_a_moved_ciphertext_is_refused() -> None:
    """Header and signature of one bundle, ciphertext of another: both are ours."""

    other = seal(header(serial=9), values(), SigningKey(private_key()))
    assert refused(replace(fine(), ciphertext=other.ciphertext))[0] is Refusal.OTHER_CIPHERTEXT


def test_time_is_a_window() -> None:
    early, late = NOW - dt.timedelta(seconds=1), NOW + 35 * DAY
    assert refused(fine(), at=early)[0] is Refusal.NOT_YET_VALID
    assert refused(fine(), at=late)[0] is Refusal.EXPIRED
    assert refused(fine(), by=policy(valid_days=34))[0] is Refusal.VALID_TOO_LONG


def test_host_and_action_must_be_listed() -> None:
    refusal, words = refused(fine(), want=use(host="db-1"))
    assert refusal is Refusal.WRONG_HOST
    assert "not for host 'db-1' but for web-1, worker-1" in words
    assert refused(signed(fine(), actions=("drill",)))[0] is Refusal.WRONG_ACTION


def test_a_replay_is_an_older_serial_or_one_the_host_was_repaired_with() -> None:
    assert refused(fine(), seen=Seen(8))[0] is Refusal.REPLAYED
    refusal, words = refused(fine(), seen=Seen(7, frozenset({7})))
    assert refusal is Refusal.REPLAYED
    assert "worker-1 was already repaired with serial 7" in words


def test_a_repair_that_failed_may_be_tried_again_with_the_same_bundle() -> None:
    assert verify(fine(), policy(), use(), NOW, Seen(7)).bundle == fine()


def test_what_a_host_has_seen_is_told_by_its_own_records() -> None:
    records: list[dict[str, Any]] = [
        {"event": "bundle-made", "serial": 90, "hosts": ["worker-1"]},
        {"event": "bundle-opened", "serial": 5, "host": "worker-1"},
        {"event": "bundle-used", "serial": 5, "host": "worker-1"},
        {"event": "bundle-opened", "serial": 6, "host": "worker-1"},
        {"event": "bundle-used", "serial": 8, "host": "web-1"},
        {"event": "bundle-used", "serial": "9", "host": "worker-1"},
        {"host": "worker-1"},
    ]
    assert Seen.of(records, "worker-1") == Seen(6, frozenset({5}))
    assert Seen.of(records, "worker-1") | Seen(7, frozenset({3})) == Seen(7, frozenset({3, 5}))


def test_every_ref_that_is_lacking_is_named() -> None:
    needs = ("bao://secret/runtime/postgres#password@2", "bao://secret/new#key", "bao://secret/runtime/worker#api-key")
    refusal, words = refused(fine(), want=use(needs=needs))
    assert refusal is Refusal.LACKS_REF
    assert "does not hold bao://secret/new#key, bao://secret/runtime/postgres#password@2;" in words


def test_every_refusal_has_a_test() -> None:
    """So that a new one gets its own: the rest are in test_bundle."""
    here = {"not-a-bundle", "wrong-identity", "other-contents"}
    tested = {refusal.value for refusal in Refusal} - here
    assert tested == {
        *("unsigned", "other-signer", "wrong-signature", "other-ciphertext", "too-few-recipients", "valid-too-long"),
        *("not-yet-valid", "expired", "wrong-host", "wrong-action", "replayed", "lacks-ref"),
    }


@pytest.mark.parametrize("form", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
def test_a_signing_key_is_pem_of_either_kind(form: PrivateFormat) -> None:
    pem = private_key().private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    assert SigningKey.of(Secret(pem), policy()).public == policy().signer


def test_another_key_is_named_by_its_public_half_alone() -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(SigningKeyError) as found:
        SigningKey.of(Secret(pem), policy())
    assert base64.b64encode(key.public_key().public_bytes_raw()).decode() in str(found.value)
    assert pem.splitlines()[1] not in str(found.value)


def test_what_is_no_ed25519_key_is_refused_without_being_shown() -> None:
    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in (rsa, "canary", "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary", "canary ü"):
        with pytest.raises(SigningKeyError, match="not an Ed25519 private key in PEM") as found:
            SigningKey.of(Secret(text), policy())
        assert "canary" not in str(found.value)


def test_a_signer_that_is_no_key_is_an_error_of_the_topology() -> None:
    with pytest.raises(SigningKeyError, match=r"break_glass\.signer: not an Ed25519 public key"):
        verify(fine(), policy(signer="AAAA"), use(), NOW)


@pytest.mark.parametrize("said", ["", "two\nlines", "x" * 513, "bell\x07"])
def test_who_and_why_are_said_on_one_line(said: str) -> None:
    with pytest.raises(InfraError, match="reason: is not one line"):
        use(reason=said)


def test_without_a_section_there_are_no_bundles() -> None:
    empty: dict[str, object] = {}
    for section in (None, empty):
        with pytest.raises(InfraError, match="the topology has no such section, so there are no bundles"):
            Policy.of(section)
