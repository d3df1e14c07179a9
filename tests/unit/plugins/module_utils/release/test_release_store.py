# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases on disk: whole, read-only, never two contents under one id, never removed while needed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import TransactionFile
from ansible_collections.fractalops.infra.plugins.module_utils.release import delivery, room
from ansible_collections.fractalops.infra.plugins.module_utils.release.plan import Plan, Wanted, make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.release.release_store import ReleaseStore

from .conftest import LIMITS, Deliver, left
from .tar import END, entry, packed

CONTENT = packed(("bin/run", b"#!/bin/sh\n"), ("share/data", b"data"))
OTHER = packed(("bin/run", b"#!/bin/bash\n"))


def plan_of(layout: Layout, release_id: str, digest: str | None, keep: int = 5) -> Plan:
    """The plan of a run, as the module makes it."""
    wanted = Wanted("shop", release_id, digest, keep)
    with ReleaseStore.opened(layout, "shop") as store:
        return make_plan(layout, store, wanted)


def digest(archive: bytes) -> str:
    """How an archive is recognised."""
    return f"sha256:{hashlib.sha256(archive).hexdigest()}"


def remove(layout: Layout, release_id: str) -> None:
    """What the module does for state absent."""
    plan_of(layout, release_id, None)
    delivery.remove_old(layout, Wanted("shop", release_id, None, 5))


def a_generation(layout: Layout, name: str, release_id: str) -> None:
    """A stored generation with one unit of ``shop``."""
    folder = layout.generation(name)
    folder.mkdir(parents=True)
    unit = {"release": f"/opt/shop/releases/{release_id}"}
    (folder / "manifest.json").write_text(json.dumps({"units": {"a.service": unit, "b.service": {"release": None}}}))


def test_a_release_is_read_only_and_complete_and_its_manifest_says_so(deliver: Deliver, releases: Path) -> None:
    deliver(CONTENT)
    assert left(releases) == [".1.manifest.json", "1"]
    modes = {str(path.relative_to(releases)): path.stat().st_mode & 0o7777 for path in releases.rglob("1/**/*")}
    assert modes == {"1/bin": 0o555, "1/bin/run": 0o555, "1/share": 0o555, "1/share/data": 0o444}
    assert (releases / "1").stat().st_mode & 0o7777 == 0o555
    manifest = json.loads((releases / ".1.manifest.json").read_text())
    assert manifest["archive"] == hashlib.sha256(CONTENT).hexdigest()
    assert ["share/data", "f", 4, hashlib.sha256(b"data").hexdigest()] in manifest["entries"]


def test_links_inside_a_release_are_kept(deliver: Deliver, releases: Path) -> None:
    deliver(entry(b"lib/a.so.1", b"so") + entry(b"lib/a.so", kind=b"2", link=b"a.so.1") + END)
    assert os.readlink(releases / "1/lib/a.so") == "a.so.1"


def test_a_link_that_leads_elsewhere_is_found_and_mended(layout: Layout, deliver: Deliver, releases: Path) -> None:
    archive = entry(b"lib/a.so.1", b"so") + entry(b"lib/a.so", kind=b"2", link=b"a.so.1") + END
    deliver(archive)
    subprocess.run(["/bin/sh", "-c", "ln -sfn a.so.2 1/lib/a.so"], cwd=releases, check=True)
    assert plan_of(layout, "1", digest(archive)).repairs == ["lib/a.so was changed"]
    deliver(archive)
    assert os.readlink(releases / "1/lib/a.so") == "a.so.1"


def test_a_release_that_is_there_needs_nothing(layout: Layout, deliver: Deliver) -> None:
    assert plan_of(layout, "1", digest(CONTENT))
    deliver(CONTENT)
    assert not plan_of(layout, "1", digest(CONTENT))
    assert plan_of(layout, "1", digest(CONTENT)).result()["diff"] == []


def test_an_id_never_gets_other_content(layout: Layout, deliver: Deliver, releases: Path) -> None:
    deliver(CONTENT)
    with pytest.raises(
        HostError, match=r"/opt/shop/releases/1: is there with other content .*; a release never changes"
    ):
        deliver(OTHER)
    assert (releases / "1/bin/run").read_bytes() == b"#!/bin/sh\n"
    assert left(releases) == [".1.manifest.json", "1"]


#: In place, of the same size, the mode and the times a tool sees as before; a clock tick of the kernel later.
UNSEEN = "sleep 0.05; cd 1/share; chmod u+w data && printf {} > data && chmod a-w data && touch -d @0 data"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (UNSEEN.format("atad"), ["share/data was changed"]),
        ("rm -r 1/share", ["share is missing", "share/data is missing"]),
        ("chmod u+w 1/share/data", ["share/data was changed"]),
        ("chmod u+w 1/share && echo more >> 1/share/data && chmod u-w 1/share", ["share/data was changed"]),
        ("touch 1/bin/extra", ["bin/extra is not of this release"]),
        ("rm 1/share/data && ln -s /etc/passwd 1/share/data", ["share/data was changed"]),
    ],
)
def test_what_was_changed_by_hand_is_found_and_mended(
    layout: Layout, deliver: Deliver, releases: Path, damage: str, words: list[str]
) -> None:
    deliver(CONTENT)
    subprocess.run(["/bin/sh", "-c", damage], cwd=releases, check=True)
    plan = plan_of(layout, "1", digest(CONTENT))
    assert (plan.delivers, plan.repairs) == (True, words)
    deliver(CONTENT)
    assert not plan_of(layout, "1", digest(CONTENT))
    assert left(releases) == [".1.manifest.json", "1"]


def test_a_manifest_that_was_touched_vouches_for_no_more_than_before(
    layout: Layout, deliver: Deliver, releases: Path
) -> None:
    deliver(CONTENT)
    subprocess.run(["/bin/sh", "-c", UNSEEN.format("atad")], cwd=releases, check=True)
    os.chown(releases / ".1.manifest.json", os.geteuid(), os.getegid())
    assert plan_of(layout, "1", digest(CONTENT)).repairs == ["share/data was changed"]


def test_what_was_only_touched_is_read_and_is_no_damage(layout: Layout, deliver: Deliver, releases: Path) -> None:
    deliver(CONTENT)
    subprocess.run(["/bin/sh", "-c", UNSEEN.format("data")], cwd=releases, check=True)
    assert not plan_of(layout, "1", digest(CONTENT))


def test_a_release_of_somebody_else_is_neither_replaced_nor_removed(layout: Layout, releases: Path) -> None:
    (releases / "1").mkdir(parents=True)
    for wanted in (digest(CONTENT), None):
        with pytest.raises(HostError, match="/opt/shop/releases/1: was not delivered by this collection"):
            plan_of(layout, "1", wanted)
    (releases / "2").symlink_to("1")
    with pytest.raises(HostError, match="/opt/shop/releases/2: is a symbolic link"):
        plan_of(layout, "2", digest(CONTENT))


@pytest.mark.fault(31, "a link on the way to a release")
@pytest.mark.parametrize("component", ["opt", "opt/shop", "opt/shop/releases"])
def test_a_link_on_the_way_is_refused_with_its_name(
    layout: Layout, deliver: Deliver, tmp_path: Path, component: str
) -> None:
    deliver(CONTENT)
    os.rename(tmp_path / component, tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", tmp_path / component)
    before = sorted(tmp_path.rglob("*"))
    for act in (lambda: plan_of(layout, "2", digest(OTHER)), lambda: deliver(OTHER, "2")):
        with pytest.raises(HostError, match=f"{tmp_path / component}: is a symbolic link; nothing is written through"):
            act()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_others_may_change_is_refused(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "opt/shop").mkdir()
    (tmp_path / "opt/shop").chmod(0o777)
    with pytest.raises(HostError, match=f"{tmp_path}/opt/shop: may be written to by others than root; run chmod go-w"):
        plan_of(layout, "1", digest(CONTENT))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "opt/shop").mkdir()
    os.chown(tmp_path / "opt/shop", 12345, 12345)
    with pytest.raises(HostError, match=f"{tmp_path}/opt/shop: belongs to uid 12345; run chown root"):
        plan_of(layout, "1", digest(CONTENT))


@pytest.mark.parametrize("app", ["../etc", "Shop", "", "a/b", "a" * 64])
def test_an_application_cannot_leave_its_folder(layout: Layout, app: str) -> None:
    with pytest.raises(HostError, match="is not the name of an application"), ReleaseStore.opened(layout, app):
        pass


@pytest.mark.parametrize("release_id", ["..", ".stage-1", "a/b", "", "-x", "a" * 64, "1\n"])
def test_an_id_cannot_leave_its_folder(layout: Layout, release_id: str) -> None:
    with pytest.raises(HostError, match="is not a release id"):
        plan_of(layout, release_id, digest(CONTENT))


@pytest.fixture
def swapped(tmp_path: Path) -> Iterator[Path]:
    """Somebody who swaps ``/opt/shop`` for a link to a folder of theirs, and back, without a pause."""
    victim = tmp_path / "victim"
    (victim / "releases").mkdir(parents=True)
    os.symlink(victim, tmp_path / "link")
    attack = (
        "import ctypes, os, sys\n"
        "swap = ctypes.CDLL(None).renameat2\n"
        "while True: swap(-100, b'opt/shop', -100, b'link', 2)\n"
    )
    (tmp_path / "opt/shop/releases").mkdir(parents=True)
    attacker = subprocess.Popen([sys.executable, "-c", attack], cwd=tmp_path)
    yield victim
    attacker.kill()
    attacker.wait()


@pytest.mark.fault(34, "a parent is swapped between check and use")
def test_a_parent_swapped_all_the_time_gets_nothing_written_elsewhere(
    layout: Layout, swapped: Path, tmp_path: Path
) -> None:
    """FAULTS 34: refused, or done in the real folder; the folder behind the link stays empty."""
    archive = packed(*((f"d{number}/f", b"x" * 100) for number in range(20)))
    ended = {"refused": 0, "done": 0}
    for number in range(1, 5001):
        if min(ended.values()) >= 20:
            break
        wanted = Wanted("shop", str(number), digest(archive), 5)
        try:
            with ReleaseStore.opened(layout, "shop", make=True) as store:
                assert store is not None
                store.make_incoming()
                descriptor = os.open(".incoming/sent", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=store.folder)
                with open(descriptor, "wb") as file:
                    file.write(archive)
                with store.lock():
                    store.store(wanted.id, "sent", archive_digest(archive), digest(archive), LIMITS)
            ended["done"] += 1
        except HostError:
            ended["refused"] += 1
    assert min(ended.values()) >= 20, ended
    assert list((swapped / "releases").iterdir()) == []
    assert [path.name for path in swapped.iterdir()] == ["releases"]


def archive_digest(archive: bytes) -> str:
    """Hex digits only."""
    return hashlib.sha256(archive).hexdigest()


def test_an_archive_that_is_another_one_is_refused_before_it_is_unpacked(layout: Layout, releases: Path) -> None:
    wanted = Wanted("shop", "1", digest(CONTENT), 5)
    folder = Path(delivery.prepare(layout, wanted, 0))
    (folder / "sent").write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(HostError, match=r"its archive arrived as [0-9a-f]{64}, expected"):
        delivery.deliver(layout, wanted, delivery.Incoming("sent", archive_digest(CONTENT), LIMITS))
    assert left(releases) == []


def test_a_release_that_is_not_what_its_source_says_is_not_put_in_place(layout: Layout, releases: Path) -> None:
    """Its bytes arrived as they were sent, and hold something else than the folder they were made from."""
    wanted = Wanted("shop", "1", "tree:" + "0" * 64, 5)
    folder = Path(delivery.prepare(layout, wanted, 0))
    (folder / "sent").write_bytes(CONTENT)
    with pytest.raises(HostError, match="/opt/shop/releases/1: holds something else than its source; leave the source"):
        delivery.deliver(layout, wanted, delivery.Incoming("sent", archive_digest(CONTENT), LIMITS))
    assert left(releases) == []


def test_archives_are_sent_where_nobody_else_may_look(layout: Layout) -> None:
    folder = Path(delivery.prepare(layout, Wanted("shop", "1", digest(CONTENT), 5), 0))
    assert folder.stat().st_mode & 0o7777 == 0o700


def test_an_archive_that_is_a_link_is_refused(layout: Layout, tmp_path: Path) -> None:
    wanted = Wanted("shop", "1", digest(CONTENT), 5)
    folder = Path(delivery.prepare(layout, wanted, 0))
    (tmp_path / "theirs").write_bytes(CONTENT)
    (folder / "sent").symlink_to(tmp_path / "theirs")
    with pytest.raises(HostError, match="is a symbolic link"):
        delivery.deliver(layout, wanted, delivery.Incoming("sent", archive_digest(CONTENT), LIMITS))


def test_what_killed_runs_left_is_swept_by_the_next(layout: Layout, deliver: Deliver, releases: Path) -> None:
    deliver(CONTENT)
    (releases / ".stage-9/deep").mkdir(parents=True)
    (releases / ".gone-8").mkdir()
    (releases / ".stage-9.manifest").write_text("half")
    (releases / ".7.manifest.json").write_text('{"archive": "", "entries": []}')
    (releases / ".incoming/dead").write_bytes(b"half")
    os.utime(releases / ".incoming/dead", (0, 0))
    (releases / ".incoming/alive").write_bytes(b"half")
    deliver(OTHER, "2")
    assert left(releases) == [".1.manifest.json", ".2.manifest.json", "1", "2", "incoming alive"]


def test_an_archive_somebody_still_sends_is_not_swept(layout: Layout, releases: Path) -> None:
    folder = Path(delivery.prepare(layout, Wanted("shop", "1", digest(CONTENT), 5), 0))
    with open(folder / "sending", "wb"):
        os.utime(folder / "sending", (0, 0))
        delivery.prepare(layout, Wanted("shop", "1", digest(CONTENT), 5), 0)
        assert left(releases) == ["incoming sending"]


STEPS = ["sync_file_system", "exchange", "_put_in_place", "_replace", "_write_manifest", "unpack"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("there", [False, True])
def test_killed_at_any_step_the_release_is_whole_or_as_before(
    layout: Layout, deliver: Deliver, releases: Path, step: str, *, there: bool
) -> None:
    if there:
        deliver(CONTENT)
        subprocess.run(["/bin/sh", "-c", UNSEEN.format("atad")], cwd=releases, check=True)
    killed = os.fork()
    if killed == 0:
        _die_at(step)
        deliver(CONTENT)
        os._exit(0)
    os.waitpid(killed, 0)
    plan = plan_of(layout, "1", digest(CONTENT))
    if there:
        is_damaged = (releases / "1/share/data").read_bytes() != b"data"
        assert plan.repairs == (["share/data was changed"] if is_damaged else [])
    else:
        assert plan.delivers != (releases / "1").exists()
    deliver(CONTENT)
    assert not plan_of(layout, "1", digest(CONTENT))
    assert [name for name in left(releases) if not name.startswith("incoming")] == [".1.manifest.json", "1"]


def _die_at(step: str) -> None:
    """From now on this process is killed where it would take ``step``."""
    from ansible_collections.fractalops.infra.plugins.module_utils.release import (  # noqa: PLC0415
        archive,
        release_store,
    )

    def die(*_arguments: object) -> None:
        os.kill(os.getpid(), 9)

    owner = next(place for place in (release_store, ReleaseStore, archive) if hasattr(place, step))
    setattr(owner, step, die)


def test_of_two_that_deliver_at_once_both_succeed(layout: Layout, deliver: Deliver, releases: Path) -> None:
    archive = packed(*((f"f{number}", os.urandom(1000)) for number in range(40)))
    sha256, failed = archive_digest(archive), []

    def act(name: str) -> None:
        wanted = Wanted("shop", "1", f"sha256:{sha256}", 5)
        folder = Path(delivery.prepare(layout, wanted, 0))
        (folder / name).write_bytes(archive)
        try:
            delivery.deliver(layout, wanted, delivery.Incoming(name, sha256, LIMITS))
        except HostError as error:
            failed.append(error)

    threads = [threading.Thread(target=act, args=(f"sent-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert left(releases) == [".1.manifest.json", "1"]


def test_nothing_is_made_beside_the_releases_of_an_application(layout: Layout, deliver: Deliver) -> None:
    for release_id in "123":
        deliver(CONTENT, release_id, keep=2)
    assert [path.name for path in layout.inside("/opt").iterdir()] == ["shop"]
    assert [path.name for path in layout.inside("/opt/shop").iterdir()] == ["releases"]


def test_of_old_releases_the_newest_stay(layout: Layout, deliver: Deliver, releases: Path) -> None:
    for release_id in "12345":
        deliver(packed(("id", release_id.encode())), release_id, keep=3)
    assert sorted(path.name for path in releases.glob("[!.]*")) == ["3", "4", "5"]
    assert left(releases) == [".3.manifest.json", ".4.manifest.json", ".5.manifest.json", "3", "4", "5"]


def test_a_release_that_a_generation_refers_to_stays(layout: Layout, deliver: Deliver, releases: Path) -> None:
    a_generation(layout, "confirmed", "1")
    a_generation(layout, "previous", "2")
    a_generation(layout, "trial", "3")
    for release_id in "123456":
        deliver(packed(("id", release_id.encode())), release_id, keep=1)
    assert sorted(path.name for path in releases.glob("[!.]*")) == ["1", "2", "3", "6"]
    with pytest.raises(HostError, match="/opt/shop/releases/2: is needed by generation previous; switch the host"):
        remove(layout, "2")


def test_a_release_that_a_process_runs_from_stays(layout: Layout, deliver: Deliver, releases: Path) -> None:
    """Its ids are of this test alone: every process of the machine is looked at, by tests that run beside it, too."""
    for release_id in ("busy-1", "busy-2"):
        deliver(packed(("id", release_id.encode())), release_id)
    running = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "/opt/shop/releases/busy-1/run"])
    try:
        deliver(packed(("id", b"3")), "busy-3", keep=1)
        assert sorted(path.name for path in releases.glob("[!.]*")) == ["busy-1", "busy-3"]
        with pytest.raises(HostError, match=f"/opt/shop/releases/busy-1: is needed by process {running.pid}"):
            remove(layout, "busy-1")
    finally:
        running.kill()
        running.wait()


def test_nothing_is_removed_when_a_generation_cannot_be_read(layout: Layout, deliver: Deliver, releases: Path) -> None:
    for release_id in "12":
        deliver(packed(("id", release_id.encode())), release_id)
    layout.generation("broken").mkdir(parents=True)
    (layout.generation("broken") / "manifest.json").write_text("{")
    assert "manifest.json: cannot be read" in str(deliver(packed(("id", b"3")), "3", keep=1).kept_for)
    assert sorted(path.name for path in releases.glob("[!.]*")) == ["1", "2", "3"]


@pytest.mark.fault(36, "clean-up of releases during an activation")
def test_while_a_host_is_activated_nothing_is_removed(
    layout: Layout, deliver: Deliver, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAULTS 36: a generation that appears or goes back meanwhile finds its release."""
    for release_id in "12":
        deliver(packed(("id", release_id.encode())), release_id)
    monkeypatch.setattr(delivery, "ACTIVATION_SECONDS", 0.1)
    wanted = Wanted("shop", "2", digest(packed(("id", b"2"))), 1)
    with TransactionFile(layout).lock():
        with pytest.raises(HostError, match="another run holds it"):
            delivery.remove_old(layout, wanted)
        a_generation(layout, "trial", "1")
    assert delivery.remove_old(layout, wanted) == []
    assert (releases / "1").is_dir()


def test_a_release_that_is_not_needed_is_removed_once(layout: Layout, deliver: Deliver, releases: Path) -> None:
    deliver(CONTENT)
    plan = plan_of(layout, "1", None)
    assert (plan.old, plan.result()["diff"][0]["before"]) == (["1"], "/opt/shop/releases/1\n")
    remove(layout, "1")
    assert left(releases) == []
    assert not plan_of(layout, "1", None)


def test_a_plan_shows_what_comes_and_what_goes(layout: Layout, deliver: Deliver) -> None:
    assert plan_of(layout, "1", "tree:abc").result()["diff"][0]["after"] == "/opt/shop/releases/1 tree:abc\n"
    for release_id in "12":
        deliver(packed(("id", release_id.encode())), release_id)
    result = plan_of(layout, "3", "tree:abc", keep=2).result()
    assert (result["changed"], result["removed"]) == (True, ["1"])
    assert result["diff"][0]["before"] == "/opt/shop/releases/1\n"


def test_want_of_room_is_told_with_path_and_bytes(
    layout: Layout, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HostError, match=r"/opt/shop/releases/1: needs \d{19} bytes, \d+ are free; make room"):
        delivery.prepare(layout, Wanted("shop", "1", digest(CONTENT), 5), 1 << 60)
    wanted = Wanted("shop", "1", digest(CONTENT), 5)
    folder = Path(delivery.prepare(layout, wanted, 0))
    (folder / "sent").write_bytes(CONTENT)
    monkeypatch.setattr(room, "SPARE_BYTES", 1 << 60)
    with pytest.raises(HostError, match=r"/opt/shop/releases/1/bin/run: needs \d{19} bytes, \d+ are free"):
        delivery.deliver(layout, wanted, delivery.Incoming("sent", archive_digest(CONTENT), LIMITS))
    assert left(releases) == []


def test_want_of_inodes_is_told_before_anything_is_sent(
    layout: Layout, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = SimpleNamespace(f_bavail=1 << 40, f_frsize=1, f_files=1000, f_favail=room.SPARE_INODES - 1)
    monkeypatch.setattr(os, "fstatvfs", lambda _folder: state)
    wanted = Wanted("shop", "1", digest(CONTENT), 5)
    with pytest.raises(HostError, match="/opt/shop/releases/1: 63 inodes are left on its file system; remove files"):
        delivery.prepare(layout, wanted, 0)
    assert left(releases) == []
    for enough in ({"f_favail": room.SPARE_INODES}, {"f_files": 0, "f_favail": 0}):
        vars(state).update(enough)
        delivery.prepare(layout, wanted, 0)


def test_the_environment_file_of_older_deployments_is_told_and_left_alone(layout: Layout, deliver: Deliver) -> None:
    deliver(CONTENT)
    assert delivery.superseded(layout, "shop") == []
    env = layout.inside("/opt/shop/shared/.env")
    env.parent.mkdir()
    env.write_text("TOKEN=1")
    assert "/opt/shop/shared/.env: is superseded by the config" in delivery.superseded(layout, "shop")[0]
    assert env.read_text() == "TOKEN=1"
