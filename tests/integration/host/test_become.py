# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs in is not root, and becomes it by sudo: releases too; and what is said when sudo does not let him."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host
from .interrupted import interrupted, words
from .outcome import assert_whole

HOSTS = ("fractalops.infra.site", "--tags=hosts", "--limit=worker-1")
AS_DEPLOY = ("--extra-vars=ansible_user=deploy", "--extra-vars=ansible_become=true")
SUDOERS = "/etc/sudoers.d/deploy"
#: Without a line for the host itself, sudo waits for a name server.
USER = """
grep -q "$(hostname)" /etc/hosts || echo "127.0.1.1 $(hostname)" >>/etc/hosts
useradd --create-home deploy
install -d -o deploy -g deploy -m 700 /home/deploy/.ssh
install -o deploy -g deploy -m 600 /root/.ssh/authorized_keys /home/deploy/.ssh/authorized_keys
"""


def allow(host: Host, *lines: str) -> None:
    """Make these the only lines of sudoers about who logs in."""
    text = "".join(f"{line}\\n" for line in lines)
    host.run(f"printf '{text}' >{SUDOERS} && chmod 440 {SUDOERS} && visudo --check --quiet")


@pytest.fixture
def deploy(in_order: site.Site, first: Host) -> Iterator[Host]:
    """A host with a user ``deploy`` who becomes root without a password."""
    first.run(USER)
    allow(first, "deploy ALL=(ALL) NOPASSWD: ALL")
    yield first
    first.run(f"rm -f {SUDOERS}; pkill -KILL -u deploy; sleep 0.5; userdel --remove deploy 2>&1")


@contextmanager
def lost(host: Host) -> Iterator[None]:
    """From now on a password is needed."""
    allow(host, "deploy ALL=(ALL) ALL")
    yield


def test_a_release_is_delivered_by_a_user_who_becomes_root(in_order: site.Site, deploy: Host, tmp_path: Path) -> None:
    source = tmp_path / "release"
    (source / "bin").mkdir(parents=True)
    (source / "bin/large").write_bytes(bytes(range(256)) * 4096 * 20)  # three pieces
    task = {"fractalops.infra.release": {"app": "byuser", "id": "1", "src": str(source)}}
    book = tmp_path / "task.yml"
    book.write_text(yaml.safe_dump([{"hosts": "worker-1", "gather_facts": False, "tasks": [task]}]))
    for changed in (1, 0):
        run = in_order.play(str(book), *AS_DEPLOY)
        assert run.returncode == 0 and run.changed["worker-1"] == changed, run.output
    store = "/opt/byuser/releases"
    assert deploy.run(f"stat -c '%U %a %n' {store}/1/bin/large {store}/.incoming").split("\n")[:2] == [
        f"root 444 {store}/1/bin/large",
        f"root 700 {store}/.incoming",
    ]
    assert deploy.run(f"ls -A {store}/.incoming") == ""
    deploy.run("rm -rf /opt/byuser")


def test_sudo_that_wants_a_terminal_is_named_with_the_line_for_sudoers(in_order: site.Site, deploy: Host) -> None:
    before = deploy.state()
    allow(deploy, "Defaults:deploy requiretty", "deploy ALL=(ALL) NOPASSWD: ALL")
    run = in_order.play(*HOSTS, *AS_DEPLOY)
    assert run.returncode != 0 and deploy.state() == before
    said = words(run.output)
    assert "sudo on the host wants a terminal, which a play with pipelining has not" in said
    assert "allow it, by visudo on the host: Defaults:deploy !requiretty nothing was changed on the host" in said
    assert "deserialization" not in said


def test_a_user_who_may_not_become_root_has_changed_nothing(in_order: site.Site, deploy: Host) -> None:
    before = deploy.state()
    allow(deploy, "deploy ALL=(ALL) ALL")
    run = in_order.play(*HOSTS, *AS_DEPLOY)
    assert run.returncode != 0 and deploy.state() == before
    assert "deploy needs a password to become root, and the play has none; add --ask-become-pass" in words(run.output)
    assert "nothing was changed on the host" in words(run.output)


def test_sudo_that_is_lost_in_a_trial_says_when_the_host_rolls_back(
    in_order: site.Site, deploy: Host, slow: dict[str, Any]
) -> None:
    before = deploy.state()["confirmed"]
    in_order.write(slow)
    ended = interrupted(in_order.command(*HOSTS, *AS_DEPLOY), deploy, lambda: lost(deploy), within_seconds=60)
    assert ended.code != 0
    assert "deploy needs a password to become root, and the play has none" in ended.words
    assert "the host rolls back by itself within" in ended.words and "cat /run/fractalops/last.json" in ended.words
    assert_whole(deploy, before)


def test_a_user_without_become_is_told_to_become_root(in_order: site.Site, deploy: Host, slow: dict[str, Any]) -> None:
    before = deploy.state()
    in_order.write(slow)
    run = in_order.play(*HOSTS, AS_DEPLOY[0])
    assert run.returncode != 0 and deploy.state() == before
    assert "log in as root, or set become: true" in words(run.output), run.output
    assert "make room" not in words(run.output)
