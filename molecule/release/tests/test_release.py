# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after its release was delivered, delivered again, and a hostile one was refused."""

from __future__ import annotations

import json

testinfra_hosts = ["ansible://worker-1"]
STORE = "/opt/shop/releases"
RELEASE = f"{STORE}/2026.11.20-1"


def test_the_service_runs_from_its_release(host):
    assert host.service("shop").is_running
    command = host.check_output("tr '\\0' ' ' < /proc/$(systemctl show --value --property=MainPID shop)/cmdline")
    assert f"{RELEASE}/bin/service" in command


def test_nobody_can_write_to_the_release(host):
    assert host.check_output(f"find {RELEASE} -perm /222 -not -type l") == ""
    assert host.check_output(f"find {RELEASE} -not -user root") == ""


def test_only_the_good_release_is_there(host):
    assert host.check_output(f"ls -A {STORE} {STORE}/.incoming").split() == [
        *(f"{STORE}:", ".2026.11.20-1.manifest.json", ".incoming", "2026.11.20-1", f"{STORE}/.incoming:")
    ]


def test_people_find_what_runs(host):
    assert host.check_output("readlink /opt/shop/current") == "releases/2026.11.20-1"


def test_the_manifest_vouches_for_every_file(host):
    entries = json.loads(host.file(f"{STORE}/.2026.11.20-1.manifest.json").content_string)["entries"]
    for name, kind, size, digest in entries:
        if kind in "fx":
            file = host.file(f"{RELEASE}/{name}")
            assert (file.size, file.sha256sum) == (size, digest)


def test_there_is_no_environment_file(host):
    assert host.run("find / -xdev -name .env").stdout == ""
