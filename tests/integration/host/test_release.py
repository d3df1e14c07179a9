# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases on a real host: sent once, switched by the generation, whole whatever happens, kept while needed."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import shutil
import signal
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.lab import site
from ansible_collections.fractalops.infra.tests.lab.command import attempt
from ansible_collections.fractalops.infra.tests.lab.container import Container
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT

from .conftest import Host

DEPLOY = "fractalops.infra.deploy"
SERVICE = PROJECT / "tests/lab/releases" / site.GOOD_RELEASE / "bin/service"
STORE = "/opt/shop/releases"
#: What is below a folder of releases, hidden things too, without the archives under way.
LISTED = f"find {STORE} -mindepth 1 -maxdepth 1 -not -name .incoming -printf '%f '; ls -A {STORE}/.incoming"


class Shop:
    """A site whose one service runs releases that the test builds."""

    def __init__(self, folder: Path) -> None:
        self.site = site.Site(folder / "site")
        self.builds = folder / "builds"
        self.sources: dict[str, dict[str, str]] = {}

    def build(self, release_id: str, app: str = "shop") -> Path:
        """A folder that is a working release."""
        folder = self.builds / app / release_id
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        shutil.copy(SERVICE, folder / "bin/service")
        (folder / "VERSION").write_text(release_id)
        (folder / "latest").symlink_to("VERSION")
        self.sources[release_id] = {"type": "folder", "path": str(folder)}
        return folder

    def wants(self, release_id: str, app: str = "shop") -> None:
        """Write the topology that runs ``release_id``."""
        path = f"/opt/{app}/releases/{{release_id}}/bin/service"
        service = site.service("shop", 8085, {}, release={"app": app, "id": release_id})
        service["exec"][0] = path
        assets = {"worker-1": site.host(1, {"shop": service}, window_seconds=20, soak_seconds=0)}
        self.site.write(site.topology(assets, releases={app: self.sources}))

    def deploy(self, release_id: str, *arguments: str) -> site.Run:
        """Run the playbook for that release."""
        self.wants(release_id)
        return self.site.play(DEPLOY, *arguments)

    def task(self, *arguments: str, **options: Any) -> site.Run:
        """One task on the host."""
        play = [{"hosts": "worker-1", "gather_facts": False, "tasks": [{"fractalops.infra.release": options}]}]
        book = self.site.folder / "task.yml"
        book.write_text(yaml.safe_dump(play))
        return self.site.play(str(book), *arguments)


@pytest.fixture(scope="module")
def shop(lab: tuple[Container, ...], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Release ``one`` is deployed."""
    made = Shop(tmp_path_factory.mktemp("shop"))
    made.build("one")
    made.build("two")
    made.wants("one")
    planned = made.site.play(DEPLOY, "--check", "--diff")
    assert planned.returncode == 0 and planned.changed["worker-1"] == 2, planned.output
    assert "+/opt/shop/releases/one tree:" in planned.output
    host = Host("worker-1", lab[0])
    assert "shop" not in host.run("ls /opt")
    run = made.site.play(DEPLOY)
    assert run.returncode == 0 and run.changed["worker-1"] == 2, run.output
    return made


@pytest.fixture(autouse=True)
def back(shop: Shop, first: Host) -> Iterator[None]:
    """Whatever a test did, release ``one`` runs again and no other is there."""
    yield
    if "releases/one" not in first.run("systemctl show shop --property=ExecStart"):
        assert shop.deploy("one").returncode == 0
    first.run(f"cd /etc/fractalops/generations && ls | grep -vx {first.state()['confirmed']} | xargs rm -rf")
    first.run(f"cd {STORE} && ls -A | grep -vxE '[.]?one([.]manifest[.]json)?|[.]incoming' | xargs rm -rf .incoming/*")
    assert listed(first) == [".one.manifest.json", "one"]


def listed(host: Host) -> list[str]:
    """Everything in the folder of releases."""
    return sorted(host.run(LISTED).split())


def test_a_deployed_release_runs_and_nobody_can_change_it(shop: Shop, first: Host) -> None:
    assert first.answer(8085)["service"] == "shop"
    assert "/opt/shop/releases/one/bin/service" in first.run("systemctl show shop --property=ExecStart")
    shown = first.run(f"cd {STORE} && stat -c '%n %U %a' one one/bin one/bin/service one/VERSION .one.manifest.json")
    assert shown.splitlines() == [
        *("one root 555", "one/bin root 555", "one/bin/service root 555", "one/VERSION root 444"),
        ".one.manifest.json root 444",
    ]
    assert first.run("readlink /opt/shop/current; cat /opt/shop/current/latest").split() == ["releases/one", "one"]
    assert listed(first) == [".one.manifest.json", "one"]


def test_a_second_run_changes_nothing_and_a_check_agrees(shop: Shop) -> None:
    for arguments in ((), ("--check", "--diff")):
        run = shop.deploy("one", *arguments)
        assert run.returncode == 0 and run.changed["worker-1"] == 0, run.output


def test_a_new_id_is_sent_and_switched_and_going_back_sends_nothing(shop: Shop, first: Host) -> None:
    before = first.state()["confirmed"]
    run = shop.deploy("two")
    assert run.returncode == 0 and run.changed["worker-1"] == 2, run.output
    assert "releases/two/bin/service" in first.run("systemctl show shop --property=ExecStart")
    assert first.run("readlink /opt/shop/current").strip() == "releases/two"
    back = shop.deploy("one")
    assert back.returncode == 0 and back.changed["worker-1"] == 1, back.output
    assert first.state()["confirmed"] == before
    assert first.run("readlink /opt/shop/current").strip() == "releases/one"


@pytest.mark.fault(36, "clean-up of releases that are needed")
def test_old_releases_go_except_those_a_generation_needs(shop: Shop, first: Host) -> None:
    for release_id in ("old-1", "old-2", "old-3"):
        folder = shop.build(release_id)
        assert shop.task(app="shop", id=release_id, src=str(folder)).returncode == 0
    assert shop.deploy("two").returncode == 0
    run = shop.deploy("two", "--extra-vars=release_keep=1")
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output
    assert first.run(f"ls {STORE}").split() == ["one", "two"]
    refused = shop.task(app="shop", id="one", state="absent")
    assert refused.returncode != 0 and "/opt/shop/releases/one: is needed by generation" in refused.output


def test_a_release_changed_by_hand_is_mended(shop: Shop, first: Host) -> None:
    as_it_was = "chmod a-w . VERSION && touch -d @0 VERSION"
    first.run(f"cd {STORE}/one && chmod u+w . VERSION && printf eno > VERSION && touch extra && {as_it_was}")
    run = shop.deploy("one", "--diff")
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output
    assert "-/opt/shop/releases/one is damaged: extra is not of this release" in run.output
    assert "-/opt/shop/releases/one is damaged: VERSION was changed" in run.output
    assert first.run(f"cat {STORE}/one/VERSION") == "one"
    assert listed(first) == [".one.manifest.json", "one"]


def test_an_id_with_other_content_is_refused(shop: Shop, first: Host) -> None:
    folder = shop.builds / "shop/one"
    (folder / "VERSION").write_text("another")
    run = shop.deploy("one")
    (folder / "VERSION").write_text("one")
    assert run.returncode != 0 and "a release never changes: give the new content a new id" in run.output
    assert first.run(f"cat {STORE}/one/VERSION") == "one"


def test_a_play_killed_while_it_sends_leaves_nothing_half(shop: Shop, first: Host) -> None:
    folder = shop.build("large")
    with open(folder / "blob", "wb") as blob:
        blob.truncate(600 << 20)
    before = first.state()
    shop.wants("large")
    play = shop.site.start(DEPLOY)
    sent = f"find {STORE}/.incoming -size +1M | wc -l"
    give_up = time.monotonic() + 60
    while first.run(sent).strip() == "0":
        assert time.monotonic() < give_up and play.poll() is None, "nothing was sent"
    os.killpg(play.pid, signal.SIGKILL)
    play.wait()
    # A worker outlives its play and sends to the end; what it sent must not be unpacked any more.
    give_up = time.monotonic() + 60
    while attempt(["pgrep", "-f", "--", f"--inventory={shop.site.inventory}"]).stdout:
        assert time.monotonic() < give_up, "a worker of the killed play lives on"
        time.sleep(0.2)
    first.run("while pgrep sftp-server || pgrep -fx /usr/bin/python3; do sleep 0.2; done")
    assert first.run(f"ls {STORE}").split() == ["one"]
    assert first.state() == before
    first.run(f"touch -d '2 minutes ago' {STORE}/.incoming/*")
    run = shop.deploy("large")
    assert run.returncode == 0, run.output
    assert listed(first) == [".large.manifest.json", ".one.manifest.json", "large", "one"]
    shutil.rmtree(folder)
    del shop.sources["large"]


@pytest.fixture
def tiny(first: Host) -> Iterator[None]:
    """The folder of the application ``tiny`` is a file system of 8 MiB."""
    first.run("mkdir -p /opt/tiny && mount -t tmpfs -o size=8m,mode=755 tmpfs /opt/tiny")
    yield
    first.run("umount /opt/tiny && rmdir /opt/tiny")


@pytest.mark.fault(13, "/opt is too small for a release")
def test_a_full_disk_is_told_with_path_and_bytes_before_anything_is_sent(shop: Shop, first: Host, tiny: None) -> None:
    folder = shop.build("wide", "tiny")
    with open(folder / "blob", "wb") as blob:
        blob.truncate(20 << 20)
    before = first.state()
    shop.wants("wide", "tiny")
    run = shop.site.play(DEPLOY)
    assert run.returncode != 0
    assert "/opt/tiny/releases/wide: needs 4" in run.output and "8388608 are free; make room" in run.output
    assert first.run("find /opt/tiny -type f") == ""
    assert first.state() == before
    del shop.sources["wide"]


@pytest.mark.fault(13, "/opt gets full while a release is unpacked")
def test_a_disk_that_gets_full_while_unpacking_is_told_by_member(shop: Shop, first: Host, tiny: None) -> None:
    archive = shop.builds / "bomb.tar.gz"
    blob = shop.builds / "blob"
    with open(blob, "wb") as file:
        file.truncate(20 << 20)
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(SERVICE, "bin/service")
        tar.add(blob, "share/blob")
    run = shop.task(app="tiny", id="deep", src=str(archive))
    assert run.returncode != 0
    assert "/opt/tiny/releases/deep/share/blob: needs 22020096 bytes, " in run.output
    assert first.run("ls -A /opt/tiny/releases /opt/tiny/releases/.incoming").split() == [
        *("/opt/tiny/releases:", ".incoming", "/opt/tiny/releases/.incoming:")
    ]


@pytest.mark.fault(33, "a hostile archive in a play")
def test_a_hostile_archive_is_refused_by_member_and_stops_the_play(shop: Shop, first: Host) -> None:
    archive = shop.builds / "hostile.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(SERVICE, "bin/service")
        hostile = tarfile.TarInfo("../../../etc/cron.d/hostile")
        tar.addfile(hostile)
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    shop.sources["hostile"] = {"type": "archive", "path": str(archive), "sha256": sha256}
    before = first.state()
    run = shop.deploy("hostile")
    assert run.returncode != 0
    assert "'../../../etc/cron.d/hostile': leaves the release" in run.output
    assert first.state() == before and listed(first) == [".one.manifest.json", "one"]
    shop.sources["hostile"]["sha256"] = "0" * 64
    run = shop.deploy("hostile")
    assert f"has the SHA-256 {sha256}, not 0000" in run.output
    del shop.sources["hostile"]


def test_an_environment_file_is_refused_before_anything_is_sent(shop: Shop, first: Host) -> None:
    folder = shop.build("env")
    (folder / "shared").mkdir()
    (folder / "shared/.env").write_text("TOKEN=1")
    run = shop.deploy("env")
    assert run.returncode != 0 and "'shared/.env': is an environment file; put its settings" in run.output
    assert listed(first) == [".one.manifest.json", "one"]
    assert "shared" not in first.run("ls -A /opt/shop").split()
    del shop.sources["env"]


@pytest.mark.fault(31, "a link in the path of a release")
def test_a_link_in_the_release_path_is_refused_with_the_component(shop: Shop, first: Host) -> None:
    first.run("mv /opt/shop /opt/moved && ln -s /opt/moved /opt/shop")
    run = shop.deploy("two")
    first.run("rm /opt/shop && mv /opt/moved /opt/shop")
    assert run.returncode != 0 and "/opt/shop: is a symbolic link" in run.output
    assert listed(first) == [".one.manifest.json", "one"]


@pytest.fixture
def served(shop: Shop) -> Iterator[tuple[str, list[str]]]:
    """A web server with an archive, and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_request(self, *_arguments: object) -> None:
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(shop.builds)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_an_archive_behind_a_url_is_fetched_once_and_only_when_it_is_lacking(
    shop: Shop, first: Host, served: tuple[str, list[str]]
) -> None:
    url, asked = served
    archive = shop.builds / "web.tar.xz"
    with tarfile.open(archive, "w:xz") as tar:
        tar.add(shop.build("web"), ".")
    source = {"type": "url", "url": f"{url}/web.tar.xz", "sha256": hashlib.sha256(archive.read_bytes()).hexdigest()}
    shop.sources["web"] = source
    for changed in (2, 0):
        run = shop.deploy("web")
        assert run.returncode == 0 and run.changed["worker-1"] == changed, run.output
    assert asked == ["/web.tar.xz"]
    assert first.run(f"cat {STORE}/web/VERSION") == "web"
    wrong = shop.task(app="shop", id="web-2", src=f"{url}/web.tar.xz", sha256="0" * 64)
    assert wrong.returncode != 0 and f"answered with {source['sha256']}, not 0000" in wrong.output
    lost = shop.task(app="shop", id="web-3", src=f"{url}/lost.tar.xz", sha256="0" * 64)
    assert lost.returncode != 0 and "/lost.tar.xz: answered 404; look at the server" in lost.output
    assert listed(first) == [".one.manifest.json", ".web.manifest.json", "one", "web"]


def test_a_release_is_taken_away_once(shop: Shop, first: Host) -> None:
    folder = str(shop.build("spare"))
    assert shop.task(app="shop", id="spare", src=folder).changed["worker-1"] == 1
    for arguments, changed in ((("--check",), 1), ((), 1), ((), 0)):
        assert shop.task(*arguments, app="shop", id="spare", state="absent").changed["worker-1"] == changed
    assert listed(first) == [".one.manifest.json", "one"]


def test_a_manifest_knows_every_file(first: Host) -> None:
    entries = {name: rest for name, *rest in json.loads(first.run(f"cat {STORE}/.one.manifest.json"))["entries"]}
    assert entries["bin/service"] == ["x", SERVICE.stat().st_size, hashlib.sha256(SERVICE.read_bytes()).hexdigest()]
    assert entries["latest"] == ["l", 0, "VERSION"]
