# SPDX-License-Identifier: GPL-3.0-or-later
"""When a bundle is made anew, when it is left alone, and what is never overwritten."""

from __future__ import annotations

import datetime as dt
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    SigningKey,
    Use,
    verify,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.secret import Secret
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .bundles import NOW, PASSWORD, policy, recipients, signed, use
from .place import Place

DAY = dt.timedelta(days=1)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_bundle_is_made_once_and_is_good(place: Place) -> None:
    first = place.keep()
    content = place.file.read_bytes()
    assert first["changed"]
    assert first["counts"]["created"] == 1
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    assert verify(place.bundle, policy(), use(), NOW).header.serial == int(NOW.timestamp())
    assert not place.keep(NOW + DAY)["changed"]
    assert place.file.read_bytes() == content
    assert place.log.last_made() == place.bundle.header.serial


def test_check_mode_says_what_it_would_hold_and_writes_nothing(place: Place) -> None:
    told = place.keep(check=True)
    assert told["changed"]
    assert f"refs:\n  - {PASSWORD}\n" in told["diff"][0]["after"]
    assert "canary" not in str(told)
    assert not place.file.exists()
    assert not place.audit.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"hosts": ("worker-1",)},
        {"actions": ("drill",)},
        {"values": {PASSWORD.replace("@3", "@4"): Secret("new")}},
        {
            "policy": policy(
                recipients=(*recipients()[:1], "age1swaxs5j3x47yayatj3ngqfcle0qaq5c9esm8j0levq2skh2qd47qhhhy3s")
            )
        },
        {"policy": policy(valid_days=34)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_bundle_that_says_something_else_is_made_anew(place: Place, other: dict[str, Any]) -> None:
    place.keep()
    before = place.bundle.header.serial
    assert place.keep(NOW + DAY, **other)["changed"]
    assert place.bundle.header.serial > before


def test_one_that_ends_soon_was_tampered_with_or_was_used_is_made_anew(place: Place) -> None:
    place.keep()
    assert not place.keep(NOW + 28 * DAY - dt.timedelta(seconds=1))["changed"]
    assert place.keep(NOW + 28 * DAY)["changed"]
    bundle = place.bundle
    place.file.write_bytes(replace(bundle, ciphertext=bundle.ciphertext + b"x").content())
    assert place.keep(NOW + 29 * DAY)["changed"]
    place.log.used(verify(place.bundle, policy(), use(), NOW + 29 * DAY), use())
    assert place.keep(NOW + 29 * DAY)["changed"]
    assert not place.keep(NOW + 29 * DAY)["changed"]


def test_serials_go_up_even_when_the_clock_goes_back(place: Place) -> None:
    place.keep()
    before = place.bundle.header.serial
    place.keep(NOW - 300 * DAY, hosts=("worker-1",), policy=policy())
    assert place.bundle.header.serial == before + 1


def test_one_that_is_still_good_and_newer_is_not_overwritten(place: Place) -> None:
    place.keep()
    place.file.write_bytes(signed(place.bundle, serial=2**40).content())
    content = place.file.read_bytes()
    with pytest.raises(InfraError, match=r"holds serial 1099511627776, good until 2026-12-26T03:00:00Z"):
        place.keep(NOW + DAY, hosts=("worker-1",))
    assert place.file.read_bytes() == content
    assert place.keep(NOW + 35 * DAY)["changed"], "expired"


def test_a_serial_of_somebody_else_stops_nothing(place: Place) -> None:
    place.keep()
    stranger = SigningKey(Ed25519PrivateKey.generate())
    header = replace(place.bundle.header, serial=2**40)
    place.file.write_bytes(replace(place.bundle, header=header, signature=stranger.sign(header.line())).content())
    assert place.keep(NOW + DAY)["changed"]


@pytest.mark.parametrize("content", [b"", b"my notes\n"])
def test_a_foreign_file_is_not_overwritten(place: Place, content: bytes) -> None:
    place.file.write_bytes(content)
    with pytest.raises(InfraError, match="what is there is not overwritten"):
        place.keep()
    assert place.file.read_bytes() == content


def test_a_folder_that_is_not_there_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.file = tmp_path / "nowhere" / "night.bundle"
    with pytest.raises(InfraError, match=r"nowhere/night\.bundle: No such file or directory"):
        place.keep()


def test_who_makes_it_and_why_is_said(place: Place) -> None:
    with pytest.raises(InfraError, match="operator: is not one line"):
        place.keep(operator="")


def test_a_use_is_one_host_and_one_reason() -> None:
    assert Use("worker-1", "repair", "ops", "why").needs == ()
