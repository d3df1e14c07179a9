# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, and a bundle that is fine until a test says otherwise."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pyrage
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    Bundle,
    BundleHeader,
    Policy,
    SigningKey,
    Use,
    seal,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle.header import FORMAT
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.secret import Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.text import time_text
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NOW = dt.datetime(2026, 11, 21, 3, 0, 0, tzinfo=dt.UTC)
CANARY = "canary-5d1f {{ 1 + 1 }}\n\x00ü"
PASSWORD = "bao://secret/runtime/postgres#password@3"
API_KEY = "bao://secret/runtime/worker#api-key@1"
SIGNING_KEY = "bao://secret/break-glass/signing#key"


@cache
def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@cache
def identities() -> tuple[str, str]:
    """Private halves of the two recipients."""
    return str(pyrage.x25519.Identity.generate()), str(pyrage.x25519.Identity.generate())


def recipients() -> tuple[str, ...]:
    found = (pyrage.x25519.Identity.from_str(identity).to_public() for identity in identities())
    return tuple(sorted(map(str, found)))


def policy(**other: Any) -> Policy:
    public = base64.b64encode(private_key().public_key().public_bytes_raw()).decode()
    return replace(Policy(recipients(), public, SIGNING_KEY, valid_days=35), **other)


def use(**other: Any) -> Use:
    return replace(Use("worker-1", "repair", "ops", "INC-7", ("bao://secret/runtime/postgres#password",)), **other)


def values() -> dict[str, Secret]:
    return {PASSWORD: Secret(CANARY), API_KEY: Secret("canary-5d1f-key")}


def header(**other: Any) -> BundleHeader:
    fine = BundleHeader(
        format=FORMAT,
        serial=7,
        created=time_text(NOW),
        expires=time_text(NOW + dt.timedelta(days=35)),
        hosts=("web-1", "worker-1"),
        actions=("drill", "repair"),
        refs=tuple(sorted(values())),
        recipients=recipients(),
        operator="ops",
        reason="quarterly",
        ciphertext_sha256="",
        signer="",
    )
    return replace(fine, **other)


@cache
def fine() -> Bundle:
    """One ciphertext for all tests that do not change it."""
    return seal(header(), values(), SigningKey(private_key()))


def signed(bundle: Bundle, **other: Any) -> Bundle:
    """``bundle`` with another header, signed again by the right key."""
    changed = replace(bundle.header, **other)
    return replace(bundle, header=changed, signature=SigningKey(private_key()).sign(changed.line()))


def with_header_data(**other: Any) -> bytes:
    """The file of a bundle whose header says anything at all."""
    lines = fine().content().split(b"\n")
    data = {**json.loads(lines[0]), **other}
    lines[0] = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return b"\n".join(lines)
