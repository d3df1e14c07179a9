# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bundle is, byte for byte: sealed, written, read back, opened; any other byte is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pyrage
import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    Bundle,
    BundleRefusedError,
    Refusal,
    SigningKey,
    open_bundle,
    resolution_of,
    seal,
    verify,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.secret import Secret
from hypothesis import given
from hypothesis import strategies as st

from .bundles import (
    API_KEY,
    CANARY,
    NOW,
    PASSWORD,
    fine,
    header,
    identities,
    policy,
    private_key,
    use,
    values,
    with_header_data,
)

REFS = st.from_regex(r"\Abao://secret/[a-z]{1,8}#[a-z]{1,8}@[1-9]\Z")


def refusal(content: bytes) -> Refusal:
    """Why the bytes are refused, by parsing or verifying; a failure when they are not."""
    with pytest.raises(BundleRefusedError) as refused:
        verify(Bundle.parse(content), policy(), use(), NOW)
    assert "canary" not in str(refused.value)
    return refused.value.refusal


@pytest.mark.parametrize("identity", identities(), ids=["one", "the other"])
def test_each_recipient_alone_opens_what_was_sealed(identity: str) -> None:
    bundle = Bundle.parse(fine().content())
    opened = open_bundle(verify(bundle, policy(), use(), NOW), Secret(identity))
    assert {ref: value.reveal() for ref, value in opened.items()} == {PASSWORD: CANARY, API_KEY: "canary-5d1f-key"}


@given(st.dictionaries(REFS, st.text(), min_size=1, max_size=5))
def test_whatever_is_sealed_comes_out_again(held: dict[str, str]) -> None:
    secrets = {ref: Secret(value) for ref, value in held.items()}
    bundle = seal(header(refs=tuple(sorted(held))), secrets, SigningKey(private_key()))
    again = verify(Bundle.parse(bundle.content()), policy(), use(needs=tuple(held)), NOW)
    opened = open_bundle(again, Secret(identities()[0]))
    assert {ref: value.reveal() for ref, value in opened.items()} == held


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    content = bytearray(fine().content())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert refusal(bytes(content)) in {
        Refusal.NOT_A_BUNDLE,
        Refusal.UNSIGNED,
        Refusal.OTHER_SIGNER,
        Refusal.WRONG_SIGNATURE,
        Refusal.OTHER_CIPHERTEXT,
    }


@given(st.data())
def test_any_byte_put_in_or_left_out_is_refused(data: st.DataObject) -> None:
    content = fine().content()
    place = data.draw(st.integers(0, len(content) - 1))
    put_in = data.draw(st.binary(max_size=2))
    changed = content[:place] + put_in + content[place + (not put_in) :]
    assert refusal(changed) in set(Refusal) - {Refusal.EXPIRED, Refusal.WRONG_HOST}


@given(st.binary(max_size=200))
def test_anything_else_is_no_bundle(content: bytes) -> None:
    assert refusal(content) is Refusal.NOT_A_BUNDLE


@pytest.mark.parametrize(
    "other",
    [
        {"format": "fractalops-break-glass/2"},
        {"serial": 0},
        {"serial": True},
        {"serial": 2**60},
        {"created": "2026-11-21T03:00:00+00:00"},
        {"expires": "2026-02-30T03:00:00Z"},
        {"hosts": []},
        {"hosts": "worker-1"},
        {"hosts": ["worker-1", "web-1"]},
        {"hosts": ["web-1", "web-1"]},
        {"hosts": ["../etc"]},
        {"actions": ["anything"]},
        {"refs": ["bao://secret/runtime/postgres#password"]},
        {"refs": ["hunter2"]},
        {"recipients": ["age1"]},
        {"operator": ""},
        {"reason": "two\nlines"},
        {"ciphertext_sha256": "00"},
        {"signer": None},
        {"more": 1},
        {"serial": {"a": [[[]]]}},
    ],
    ids=str,
)
def test_a_header_that_is_not_exactly_one_is_no_bundle(other: dict[str, object]) -> None:
    assert refusal(with_header_data(**other)) is Refusal.NOT_A_BUNDLE


def test_a_header_in_another_encoding_is_no_bundle() -> None:
    lines = fine().content().split(b"\n")
    spaced = json.dumps(json.loads(lines[0]), sort_keys=True).encode()
    assert refusal(b"\n".join([spaced, *lines[1:]])) is Refusal.NOT_A_BUNDLE


def test_a_file_that_is_too_large_is_no_bundle() -> None:
    assert refusal(fine().content() + b"A" * (16 * 1024 * 1024)) is Refusal.NOT_A_BUNDLE


def test_neither_file_nor_repr_holds_a_value() -> None:
    shown = fine().content() + repr(fine()).encode() + repr(SigningKey(private_key())).encode()
    assert b"canary" not in shown


def test_the_size_of_a_file_says_little_about_its_values() -> None:
    key = SigningKey(private_key())
    sizes = [len(seal(header(refs=(PASSWORD,)), {PASSWORD: Secret("x" * n)}, key).ciphertext) for n in (1, 2000)]
    assert abs(sizes[0] - sizes[1]) < 300  # age adds noise of its own


def test_one_recipient_is_too_few_to_seal_to() -> None:
    one = header().recipients[:1]
    for few in (one, one * 2):
        with pytest.raises(InfraError, match="fewer than 2; name one more"):
            seal(header(recipients=few), values(), SigningKey(private_key()))


def test_a_recipient_that_is_none_is_named() -> None:
    wrong = header().recipients[0][:-1] + "b"
    with pytest.raises(InfraError, match=f"'{wrong}' is not an age recipient"):
        seal(header(recipients=(wrong, header().recipients[1])), values(), SigningKey(private_key()))


def test_another_identity_opens_nothing_and_is_not_shown() -> None:
    stranger = str(pyrage.x25519.Identity.generate())
    verified = verify(fine(), policy(), use(), NOW)
    for identity in (stranger, "AGE-SECRET-KEY-1NONSENSE"):
        with pytest.raises(BundleRefusedError, match="this identity does not open it") as refused:
            open_bundle(verified, Secret(identity))
        assert refused.value.refusal is Refusal.WRONG_IDENTITY
        assert identity not in str(refused.value)
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__


@pytest.mark.parametrize("contents", [b"[]", b"not json canary", b"{}", b'{"bao://secret/other#x@1": "canary"}'])
def test_contents_other_than_listed_are_refused(contents: bytes) -> None:
    people = [pyrage.x25519.Recipient.from_str(one) for one in header().recipients]
    verified = verify(fine(), policy(), use(), NOW)
    forged = replace(verified, bundle=replace(verified.bundle, ciphertext=pyrage.encrypt(contents, people)))
    with pytest.raises(BundleRefusedError, match="does not hold what its header lists") as refused:
        open_bundle(forged, Secret(identities()[0]))
    assert refused.value.refusal is Refusal.OTHER_CONTENTS
    assert "canary" not in str(refused.value)


def test_a_bundle_resolves_refs_as_openbao_does() -> None:
    held = {f"bao://secret/a#k@{version}": Secret(f"v{version}") for version in (9, 10)}
    resolution = resolution_of(held, ["bao://secret/a#k", "bao://secret/a#k@9"])
    found = {text: (one.pinned, one.value.reveal()) for text, one in resolution.secrets.items()}
    assert resolution.reads == 0
    assert found == {
        "bao://secret/a#k": ("bao://secret/a#k@10", "v10"),
        "bao://secret/a#k@9": ("bao://secret/a#k@9", "v9"),
    }
