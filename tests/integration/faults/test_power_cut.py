# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes at every step of an activation: what is on the disk is one whole generation, and it boots.

The disk of the host is an ext4 image. At every point it is copied twice while it is mounted: as it is, and after the
journal was committed, as happens every few seconds. What only memory has is in neither copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.crash.whole_store import booted_generation
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import Document, document, pinned
from ansible_collections.fractalops.infra.tests.integration.faults.power_cut import (
    AFTER_COMMIT,
    AS_IT_WAS,
    AT_COMMIT,
    BEFORE_COMMIT,
    COMMITTED,
    POINTS,
    Cut,
    PowerCut,
    careless,
    host_with_disk,
    torn,
)
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge
from ansible_collections.fractalops.infra.tests.lab import disk

REF = "bao://secret/runtime/postgres#password"
#: Booted, and not only looked at: the last before the commit, both at it, the first after it, and the last of all.
BOOTED = [
    (BEFORE_COMMIT[-1], COMMITTED),
    (AT_COMMIT, AS_IT_WAS),
    (AT_COMMIT, COMMITTED),
    (AFTER_COMMIT[0], AS_IT_WAS),
    (AFTER_COMMIT[-1], COMMITTED),
]


def wanted(gone: str, description: str) -> Document:
    """Three services: one changes with ``description``, one has a credential, ``gone`` is in this generation only."""
    services: dict[str, dict[str, Any]] = {
        name: {"user": name, "exec": ["/bin/sleep", "infinity"], "hardening": "standard"}
        for name in ("fractalops-api", "fractalops-jobs", gone)
    }
    services["fractalops-api"]["description"] = description
    services["fractalops-jobs"]["credentials"] = {"password": REF}
    return document(services, window_seconds=100)


OLD = wanted("fractalops-first", "old")
NEW = wanted("fractalops-second", "new")


@pytest.fixture(scope="module")
def power() -> Iterator[PowerCut]:
    """A host on a disk that can be copied."""
    with host_with_disk("power", 42, {pinned(REF): "s3cret-of-a-test"}) as made:
        yield made


@pytest.fixture(scope="module")
def old(power: PowerCut) -> str:
    """The first generation of the host."""
    return power.host.whole(OLD)


@pytest.fixture(scope="module")
def cuts(power: PowerCut, old: str) -> tuple[str, list[Cut]]:
    """The generation it was moved to, and the copies of the disk."""
    answers: list[dict[str, Any]] = []
    made = power.during(lambda: answers.append(power.host.apply(NEW)))
    assert not answers[0].get("failed"), answers
    return str(answers[0]["generation"]), made


def look(cut: Cut) -> tuple[str | None, list[str]]:
    """What this copy would boot, and what of it is not whole."""
    with cut.disk.seen_at(cut.disk.image.with_name("seen")) as seen:
        return booted_generation(seen / "delta"), torn(seen / "delta")


@pytest.mark.fault(12, "the power goes at any step of an activation")
def test_a_power_cut_leaves_the_old_generation_or_the_new_one(
    old: str, cuts: tuple[str, list[Cut]], record_property: Callable[[str, object], None]
) -> None:
    new, copies = cuts
    assert len(copies) == 2 * len(POINTS)
    found = {cut: look(cut) for cut in copies}
    wrong = {cut.name: names for cut, (_generation, names) in found.items() if names}
    record_property("mixed", len(wrong))
    assert wrong == {}
    record_property("ends", "old")
    record_property("ends", "new")
    for cut, (generation, _names) in found.items():
        allowed = {old} if cut.point in BEFORE_COMMIT else {new} if cut.point in AFTER_COMMIT else {old, new}
        assert generation in allowed, cut.name


@pytest.mark.fault(12, "the power goes, and the host boots")
@pytest.mark.parametrize(("point", "journal"), BOOTED)
def test_a_host_boots_what_the_power_left(
    power: PowerCut, judge: Judge, old: str, cuts: tuple[str, list[Cut]], point: str, journal: str
) -> None:
    new, copies = cuts
    (cut,) = (cut for cut in copies if (cut.point, cut.journal) == (point, journal))
    expected, _names = look(cut)
    disk.boot_from(power.host.container, cut.disk)
    power.host.prepare()
    judge.whole(power.host, expected, "new" if expected == new else "old", but=["leftover"])
    after = power.host.apply(NEW)
    assert not after.get("failed"), after
    judge.whole(power.host, new, "new")


@pytest.mark.fault(12, "control: without fsync the same copies are torn")
def test_without_a_single_fsync_the_harness_sees_torn_generations(
    power: PowerCut, record_property: Callable[[str, object], None]
) -> None:
    """If this fails, the other tests here prove nothing."""
    disk.boot_from(power.host.container, power.disk)
    power.host.prepare()
    assert not power.host.apply(wanted("fractalops-first", "careful again")).get("failed")
    with careless(power.host):
        copies = power.during(lambda: power.host.apply(wanted("fractalops-second", "careless")))
    torn_ones = {cut.name: names for cut in copies if (names := look(cut)[1])}
    assert any(cut.point in AFTER_COMMIT and cut.name in torn_ones for cut in copies), torn_ones
    record_property("ends", "torn, as it must be")
    record_property("mixed", 0)
