# SPDX-License-Identifier: GPL-3.0-or-later
"""Full and read-only disks of a real host at the worst moments: it stays whole, and says what is missing where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost, Document, document
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.integration.faults.small_disk import filled, read_only, small_run
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge
from ansible_collections.fractalops.infra.tests.lab import disk, site

#: Under the load of a whole test run an activation takes up to four seconds.
WINDOW_SECONDS = 8
#: A mount that comes over ``/etc`` comes over it for running processes, too, and is not read-only for them.
LAID_OVER = ("not-in-force",)


@pytest.fixture(scope="module")
def host() -> Iterator[DirectHost]:
    """A host with a disk of 48 MiB and 900 inodes."""
    container, its_disk = disk.up("disk", 41, 48, "-N", "900", "-m", "0")
    made = DirectHost(container)
    made.prepare()
    FaultHook(container).plant()
    yield made
    disk.down(container, its_disk)


def wanted(*more: str, description: str = "as before", window_seconds: int = 40) -> Document:
    """A generation with one service, and those of ``more``."""
    services = {
        name: {
            "user": name,
            "description": description,
            "exec": ["/bin/sleep", "infinity"],
            "hardening": "standard",
        }
        for name in ("fractalops-idle", *more)
    }
    return document(services, window_seconds=window_seconds)


@pytest.fixture
def old(host: DirectHost) -> str:
    """The generation the host is on, whole."""
    return host.whole(wanted())


def running(release_id: str, window_seconds: int = 40) -> Document:
    """A generation with one service of that release."""
    service = site.service("fractalops-api", 8081, {}, release={"app": "fractalops", "id": release_id})
    return document({"fractalops-api": service}, window_seconds=window_seconds)


def numbers(pattern: str, text: str) -> tuple[int, ...]:
    """The numbers in the one place where ``text`` says so."""
    found = re.search(pattern, text)
    assert found, text
    return tuple(int(number) for number in found.groups())


def interrupted(host: DirectHost, point: str, new: Document) -> Any:
    """An activation that waits at ``point``: what it will answer, and the hook that lets it go."""
    hook = FaultHook(host.container)
    hook.stop_at(point, do="wait")
    answer = ThreadPoolExecutor(max_workers=1).submit(host.activate, new)
    hook.wait()
    return answer, hook


@pytest.mark.fault(13, "the disk of the store is full")
def test_a_full_store_is_told_with_bytes_before_anything_changes(host: DirectHost, judge: Judge, old: str) -> None:
    with filled(host, "/etc/fractalops", bytes_left=300_000):
        answer = host.apply(wanted(description="no room"))
        assert answer["failed"], answer
        needed, free = numbers(r"/etc/fractalops: needs (\d+) bytes, (\d+) are free; make room", answer["msg"])
        assert needed > 1_000_000 and 290_000 < free < 310_000
        judge.whole(host, old, "refused")


@pytest.mark.fault(16, "the disk of the store has no inodes left")
def test_a_store_without_inodes_is_told_with_their_number(host: DirectHost, judge: Judge, old: str) -> None:
    with filled(host, "/etc/fractalops", inodes_left=70):
        answer = host.apply(wanted(description="no inodes"))
        assert answer["failed"], answer
        needed, free = numbers(r"/etc/fractalops: needs (\d+) inodes, (\d+) are free; remove", answer["msg"])
        assert needed > 70 == free
        judge.whole(host, old, "refused")


@pytest.mark.fault(13, "the disk of the store gets full while it is written to")
@pytest.mark.fault(16, "inodes run out while the store is written to")
@pytest.mark.parametrize("left", ["bytes_left", "inodes_left"])
def test_a_disk_that_gets_full_while_staging_leaves_nothing(
    host: DirectHost, judge: Judge, old: str, left: str
) -> None:
    answer, hook = interrupted(host, "module/precheck.room:after", wanted(description=f"{left} zero"))
    with filled(host, "/etc/fractalops", **{left: 0}):
        hook.let_go()
        refused = answer.result()
        assert refused["failed"], refused
        numbers(r"/etc/fractalops/\S+: No space left on device, (\d+) bytes and (\d+) inodes are free", refused["msg"])
        assert f"the host is on generation {old}" in refused["msg"]
        judge.whole(host, old, "refused")
    after = host.apply(wanted(description=f"{left} enough"))
    assert not after.get("failed"), after
    assert host.run("ls -A /etc/fractalops/generations | grep '^[.]' || true") == ""


@pytest.mark.fault(13, "the disk gets full in trial")
@pytest.mark.fault(15, "the disk cannot be written to at the confirm")
def test_a_disk_that_is_full_at_the_confirm_gets_the_old_generation(host: DirectHost, judge: Judge, old: str) -> None:
    answer = host.activate(wanted("fractalops-more", window_seconds=WINDOW_SECONDS))
    assert answer["stage"] == "healthy", answer
    with filled(host, "/etc/fractalops", bytes_left=0, inodes_left=0):
        refused = host.confirm(answer)
        assert refused["failed"] and "No space left on device" in refused["msg"], refused
        assert "0 inodes are free there" in refused["msg"]
        judge.whole(host, old, "old")
        assert guards(host) == ""
    judge.whole(host, old, "old")


@pytest.mark.fault(15, "/etc is read-only at the confirm")
def test_a_read_only_store_at_the_confirm_gets_the_old_generation(host: DirectHost, judge: Judge, old: str) -> None:
    answer = host.activate(wanted("fractalops-more", window_seconds=WINDOW_SECONDS))
    assert answer["stage"] == "healthy", answer
    with read_only(host, "/etc"):
        refused = host.confirm(answer)
        assert refused["failed"] and "Read-only file system" in refused["msg"] and "/etc/" in refused["msg"], refused
        judge.whole(host, old, "old", but=LAID_OVER)
        assert guards(host) == ""
        again = host.apply(wanted("fractalops-more"))
        assert again["failed"] and "Read-only file system" in again["msg"], again
    judge.whole(host, old, "old")


@pytest.mark.fault(15, "/etc gets read-only between the commit and its clean-up")
def test_a_store_that_gets_read_only_right_after_the_commit_keeps_it(host: DirectHost, judge: Judge, old: str) -> None:
    new = wanted(description="committed", window_seconds=WINDOW_SECONDS)
    answer = host.activate(new)
    hook = FaultHook(host.container)
    hook.stop_at("confirm/store.GenerationStore.confirm:after", do="wait")
    confirmed = ThreadPoolExecutor(max_workers=1).submit(host.confirm, answer)
    hook.wait()
    with read_only(host, "/etc"):
        hook.let_go()
        confirmed.result()
        judge.whole(host, answer["generation"], "new", but=LAID_OVER)
        assert guards(host) == ""


@pytest.mark.fault(15, "/opt is read-only at the confirm")
def test_a_read_only_opt_at_the_confirm_gets_the_old_generation(host: DirectHost, judge: Judge) -> None:
    """``current`` has to move there: a disk that takes no writes any more is no place to commit on."""
    old = host.whole(running(site.GOOD_RELEASE))
    host.run(f"cd /opt/fractalops/releases && cp -a {site.GOOD_RELEASE} other")
    answer = host.activate(running("other", WINDOW_SECONDS))
    assert answer["stage"] == "healthy", answer
    with read_only(host, "/opt"):
        refused = host.confirm(answer)
        assert refused["failed"], refused
        assert "/opt/fractalops/current: cannot be moved: Read-only file system; make /opt writable" in refused["msg"]
        judge.whole(host, old, "old")
        assert guards(host) == ""
    host.whole(running("other"))
    assert host.run("readlink /opt/fractalops/current").strip() == "releases/other"


@pytest.mark.fault(15, "/opt is read-only and nothing has to move there")
def test_a_read_only_opt_where_nothing_moves_does_not_matter(host: DirectHost, judge: Judge, old: str) -> None:
    with read_only(host, "/opt"):
        answer = host.apply(wanted(description="opt is read-only"))
        assert not answer.get("failed"), answer
        judge.whole(host, answer["generation"], "new")


@pytest.mark.fault(14, "/run has less room than a reload needs")
def test_a_run_below_what_a_reload_needs_is_refused(host: DirectHost, judge: Judge, old: str) -> None:
    with small_run(host, 32), filled(host, "/run", bytes_left=15 << 20):
        answer = host.apply(wanted(description="no reload"))
        assert answer["failed"], answer
        needed, free = numbers(r"/run/fractalops: needs (\d+) bytes, (\d+) are free; make room", answer["msg"])
        assert needed == 16 << 20 > free
        judge.whole(host, old, "refused")


@pytest.mark.fault(13, "/run gets full before the reload")
def test_a_run_that_gets_full_before_the_reload_ends_loudly_on_the_old_generation(
    host: DirectHost, judge: Judge, old: str
) -> None:
    answer, hook = interrupted(host, "activate/systemd.reload_units:before", wanted("fractalops-more"))
    with small_run(host, 32), filled(host, "/run", bytes_left=1 << 20):
        hook.let_go()
        ended = answer.result()
        assert ended["failed"] and ended["stage"] == "rollback-failed", ended
        assert "not enough space" in ended["msg"].lower(), ended["msg"]
        # The process that wrote this end is still there for a moment.
        there = 'systemctl list-units --plain --no-legend "fractalops-activation-*"'
        host.run(f"timeout 10 sh -c 'while {there} | grep -q .; do sleep 0.05; done'")
        assert guards(host) == ""
    host.run("systemctl daemon-reload")
    judge.whole(host, old, "old")


@pytest.mark.fault(13, "/run is full at the confirm")
def test_a_run_that_is_full_at_the_confirm_is_finished_by_the_guard(host: DirectHost, judge: Judge, old: str) -> None:
    answer = host.activate(wanted("fractalops-more", window_seconds=WINDOW_SECONDS))
    assert answer["stage"] == "healthy", answer
    with small_run(host, 32), filled(host, "/run", bytes_left=0):
        refused = host.confirm(answer)
        assert refused["failed"], refused
    judge.whole(host, answer["generation"], "new")


def guards(host: DirectHost) -> str:
    """Guards and activations that are still there."""
    return host.run("systemctl list-units --plain --no-legend 'fractalops-guard-*' 'fractalops-activation-*'")
