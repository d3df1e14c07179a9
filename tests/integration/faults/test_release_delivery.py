# SPDX-License-Identifier: GPL-3.0-or-later
"""A release whose delivery is cut off, or whose way is swapped for another: it is there as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults import delivery
from ansible_collections.fractalops.infra.tests.integration.faults.delivery import (
    ABSENT,
    AFTER_PLACE,
    BEFORE_PLACE,
    POINTS,
    WHOLE,
    Delivery,
)
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import document
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.integration.faults.power_cut import (
    COMMITTED,
    Cut,
    PowerCut,
    host_with_disk,
)
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge
from ansible_collections.fractalops.infra.tests.lab import disk

SYNCED = "module/durability.sync_file_system:after"
IN_PLACE = "module/release_store.ReleaseStore._put_in_place:after"
#: A folder on the way to the release, and the folder of somebody else that takes its place.
WAYS = {"/opt/shop": "/opt/theirs", "/opt/shop/releases": "/opt/theirs/releases"}


@pytest.fixture(scope="module")
def power() -> Iterator[PowerCut]:
    """A host on a disk that can be copied."""
    with host_with_disk("release", 45) as made:
        yield made


@pytest.fixture(scope="module")
def old(power: PowerCut) -> str:
    """The generation of the host; no delivery touches it."""
    idle = {"user": "fractalops-idle", "exec": ["/bin/sleep", "infinity"], "hardening": "standard"}
    return power.host.whole(document({"fractalops-idle": idle}))


@pytest.fixture
def two(power: PowerCut) -> Delivery:
    """The archive is on the host, and not unpacked yet."""
    made = Delivery(power.host)
    made.begin()
    return made


def on_host(power: PowerCut) -> str:
    """What of the release is there."""
    return delivery.on_disk(power.disk.folder / "delta")


@pytest.mark.fault(2, "killed while a release is unpacked")
@pytest.mark.parametrize("point", POINTS)
def test_a_delivery_killed_at_any_step_leaves_all_of_a_release_or_nothing(
    power: PowerCut, judge: Judge, old: str, two: Delivery, point: str
) -> None:
    hook = FaultHook(power.host.container)
    hook.stop_at(point)
    assert two.unpack() == {}
    assert len(hook.reached()) == 1
    hook.clear()
    assert on_host(power) == (ABSENT if point in BEFORE_PLACE else WHOLE)
    judge.whole(power.host, old, "old")
    after = two.host.module("release", **delivery.WANTED) if point in AFTER_PLACE else two.again()
    assert not after.get("failed"), after
    assert on_host(power) == WHOLE
    left = two.host.run("ls -A /opt/shop/releases").split()
    assert sorted(left) == [".incoming", ".two.manifest.json", "two"]


@pytest.fixture(scope="module")
def cuts(power: PowerCut, old: str) -> list[Cut]:
    """Copies of the disk along one delivery."""
    made = Delivery(power.host)
    made.begin()
    return power.during(made.unpack, POINTS)


def seen(cut: Cut, look: Callable[..., object]) -> object:
    """What ``look`` says of the copy."""
    with cut.disk.seen_at(cut.disk.image.with_name("seen")) as root:
        return look(root / "delta")


@pytest.mark.fault(12, "the power goes while a release is unpacked")
def test_a_power_cut_leaves_all_of_a_release_or_nothing(
    cuts: list[Cut], record_property: Callable[[str, object], None]
) -> None:
    assert len(cuts) == 2 * len(POINTS)
    found = {cut: seen(cut, delivery.on_disk) for cut in cuts}
    record_property("mixed", sum(one not in (ABSENT, WHOLE) for one in found.values()))
    for cut, one in found.items():
        assert one == (ABSENT if cut.point in BEFORE_PLACE else WHOLE), cut.name
    # Control: what was not synced yet is not in a copy, so a release in place without a sync would be torn.
    unsynced = [cut for cut in cuts if cut.journal == COMMITTED and cut.point == BEFORE_PLACE[3]]
    assert [bool(seen(cut, delivery.unwritten)) for cut in unsynced] == [True]


@pytest.mark.fault(12, "the power goes while a release is unpacked, and the host boots")
@pytest.mark.parametrize("point", [SYNCED, IN_PLACE])
def test_a_release_is_delivered_after_the_power_came_back(
    power: PowerCut, judge: Judge, old: str, cuts: list[Cut], point: str
) -> None:
    (cut,) = (cut for cut in cuts if (cut.point, cut.journal) == (point, COMMITTED))
    disk.boot_from(power.host.container, cut.disk)
    power.host.prepare()
    assert on_host(power) == (WHOLE if point == IN_PLACE else ABSENT)
    judge.whole(power.host, old, "old")
    release = Delivery(power.host)
    after = release.again() if point == SYNCED else power.host.module("release", **delivery.WANTED)
    assert not after.get("failed") and after["changed"] == (point == SYNCED), after
    assert on_host(power) == WHOLE


@pytest.mark.fault(34, "a parent of a release is swapped between check and use, on a host")
@pytest.mark.parametrize("point", BEFORE_PLACE)
@pytest.mark.parametrize("way", WAYS)
def test_a_folder_swapped_on_the_way_gets_nothing_written_elsewhere(
    power: PowerCut, judge: Judge, old: str, two: Delivery, point: str, way: str
) -> None:
    hook = FaultHook(power.host.container)
    hook.stop_at(point, do="wait")
    answer = ThreadPoolExecutor(max_workers=1).submit(two.unpack)
    hook.wait()
    two.host.run(f"mkdir -p /opt/theirs/releases && mv {way} /opt/moved && ln -s {WAYS[way]} {way}")
    hook.let_go()
    ended = answer.result()
    theirs = two.host.run("find /opt/theirs").split()
    two.host.run(f"rm {way} && mv /opt/moved {way}")
    assert theirs == ["/opt/theirs", "/opt/theirs/releases"]
    assert not ended.get("failed"), ended
    assert on_host(power) == WHOLE
    judge.whole(power.host, old, "old")
