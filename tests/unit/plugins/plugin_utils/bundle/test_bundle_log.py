# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is done with a bundle is on record first, refusals too; and the record is what a replay is told by."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import chain
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    BundleLog,
    BundleRefusedError,
    IdentityError,
    Refusal,
    Seen,
    read_identity,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.secret import Secret

from .bundles import NOW, fine, identities, policy, signed, use


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> str:
    file = tmp_path / "night.bundle"
    file.write_bytes(fine().content())
    return str(file)


@pytest.fixture(name="log")
def _log(tmp_path: Path) -> BundleLog:
    return BundleLog(tmp_path / "audit.jsonl")


def records(tmp_path: Path) -> list[dict[str, Any]]:
    verdict = chain.verify(tmp_path / "audit.jsonl")
    assert verdict.is_whole
    return [entry.record for entry in verdict.entries]


def test_opened_and_used_are_two_lines_with_who_and_why(tmp_path: Path, path: str, log: BundleLog) -> None:
    verified = log.verified(path, use(), policy(), NOW)
    log.opened(verified, use(), Secret(identities()[1]))
    log.used(verified, use())
    facts = {"bundle": path, "serial": 7, "ciphertext_sha256": fine().header.ciphertext_sha256}
    about = {"host": "worker-1", "action": "repair", "operator": "ops", "reason": "INC-7"}
    assert records(tmp_path) == [
        {"event": "bundle-opened", **facts, **about},
        {"event": "bundle-used", **facts, **about},
    ]
    assert b"canary" not in (tmp_path / "audit.jsonl").read_bytes()


def test_once_used_it_is_refused_for_that_host_and_good_for_the_other(path: str, log: BundleLog) -> None:
    log.used(log.verified(path, use(), policy(), NOW), use())
    with pytest.raises(BundleRefusedError) as refused:
        log.verified(path, use(), policy(), NOW)
    assert refused.value.refusal is Refusal.REPLAYED
    assert log.verified(path, use(host="web-1"), policy(), NOW).header.serial == 7


def test_a_bundle_older_than_one_that_was_opened_is_refused(path: str, log: BundleLog) -> None:
    Path(path).write_bytes(signed(fine(), serial=8).content())
    log.opened(log.verified(path, use(), policy(), NOW), use(), Secret(identities()[0]))
    Path(path).write_bytes(fine().content())
    with pytest.raises(BundleRefusedError, match="its serial 7 is older than 8, which worker-1 has had"):
        log.verified(path, use(), policy(), NOW)


def test_what_the_host_itself_has_seen_counts_too(path: str, log: BundleLog) -> None:
    with pytest.raises(BundleRefusedError, match="already repaired"):
        log.verified(path, use(), policy(), NOW, Seen(7, frozenset({7})))


def test_every_refusal_is_on_record_by_its_word(tmp_path: Path, path: str, log: BundleLog) -> None:
    def refuse(content: bytes, **other: Any) -> None:
        Path(path).write_bytes(content)
        with pytest.raises(BundleRefusedError):
            log.verified(path, use(**other), policy(), NOW)

    bundle = fine()
    refuse(b"nothing")
    refuse(signed(bundle, expires="2026-11-20T03:00:00Z").content())
    refuse(bundle.content(), host="db-1")
    refuse(replace(bundle, ciphertext=b"other").content())
    refuse(b"\n".join([bundle.header.line(), b"", b"AAAA", b""]))
    Path(path).unlink()
    with pytest.raises(BundleRefusedError, match="No such file"):
        log.verified(path, use(), policy(), NOW)
    words = [record["refusal"] for record in records(tmp_path)]
    assert words == ["not-a-bundle", "expired", "wrong-host", "other-ciphertext", "unsigned", "not-a-bundle"]
    assert all(record["event"] == "bundle-refused" and record["why"] for record in records(tmp_path))


def test_a_wrong_identity_is_on_record(tmp_path: Path, path: str, log: BundleLog) -> None:
    verified = log.verified(path, use(), policy(), NOW)
    with pytest.raises(BundleRefusedError):
        log.opened(verified, use(), Secret(str(pyrage.x25519.Identity.generate())))
    assert [record["refusal"] for record in records(tmp_path)] == ["wrong-identity"]


def test_nothing_is_opened_when_it_cannot_be_recorded(path: str, tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    log = BundleLog(tmp_path / "audit.jsonl")
    with pytest.raises(InfraError, match="cannot be read"):
        log.verified(path, use(), policy(), NOW)
    good = BundleLog(tmp_path / "other.jsonl").verified(path, use(), policy(), NOW)
    with pytest.raises(InfraError, match="cannot be appended to"):
        log.opened(good, use(), Secret(identities()[0]))


def test_a_broken_chain_is_told_and_still_tells_what_was_used(path: str, tmp_path: Path, log: BundleLog) -> None:
    log.made(fine())
    log.used(log.verified(path, use(), policy(), NOW), use())
    audit = tmp_path / "audit.jsonl"
    audit.write_bytes(audit.read_bytes().replace(b"quarterly", b"quarterlY"))
    with pytest.raises(BundleRefusedError, match="already repaired"):
        log.verified(path, use(), policy(), NOW)
    assert log.told()["breaks"] == ["line 1: changed: entry 1 is not what its digest was made of"]
    assert "line 1: changed" in log.warnings()[0]
    assert log.told()["head"].startswith("3 ")


def test_an_identity_is_read_from_a_file_nobody_else_can_read(tmp_path: Path) -> None:
    file = tmp_path / "identity.txt"
    file.write_text(f"# created: 2026-11-21\n# public key: age1…\n{identities()[0]}\n".replace("…", ""))
    file.chmod(0o600)
    assert read_identity(str(file)).reveal() == identities()[0]
    file.chmod(0o644)
    with pytest.raises(IdentityError, match="mode is 0644; the identity file must be"):
        read_identity(str(file))


def test_an_identity_file_that_is_something_else_is_refused_without_being_shown(tmp_path: Path) -> None:
    file = tmp_path / "identity.txt"
    for content in ("canary", "", f"{identities()[0]}\n{identities()[1]}", "# only a comment"):
        file.write_text(content)
        file.chmod(0o600)
        with pytest.raises(IdentityError) as refused:
            read_identity(str(file))
        assert "canary" not in str(refused.value)
        assert identities()[0] not in str(refused.value)
    link = tmp_path / "link"
    link.symlink_to(file)
    for path in (link, tmp_path, tmp_path / "absent"):
        with pytest.raises(IdentityError):
            read_identity(str(path))
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(IdentityError, match="not a regular file"):
        read_identity(str(tmp_path / "fifo"))
