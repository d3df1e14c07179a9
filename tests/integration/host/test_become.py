# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs in is not root, and becomes it by sudo: releases too; and what is said when sudo does not let him."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host
from .outcome import assert_whole

HOSTS = ("fractalops.infra.site", "--tags=hosts", "--limit=worker-1")
AS_DEPLOY = ("--extra-vars=ansible_user=deploy", "--extra-vars=ansible_become=true")
SUDOERS = "/etc/sudoers.d/deploy"
USER = """
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


def words(run: site.Run) -> str:
    """What was printed, on one line."""
    return " ".join(run.output.replace("\\n", " ").split())


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
    said = words(run)
    assert "sudo on the host wants a terminal, which a play with pipelining has not" in said
    assert "allow it, by visudo on the host: Defaults:deploy !requiretty nothing was changed on the host" in said
    assert "deserialization" not in said


def test_a_user_who_may_not_become_root_has_changed_nothing(in_order: site.Site, deploy: Host) -> None:
    before = deploy.state()
    allow(deploy, "deploy ALL=(ALL) ALL")
    run = in_order.play(*HOSTS, *AS_DEPLOY)
    assert run.returncode != 0 and deploy.state() == before
    assert "deploy needs a password to become root, and the play has none; add --ask-become-pass" in words(run)
    assert "nothing was changed on the host" in words(run)


def test_sudo_that_is_lost_in_a_trial_says_when_the_host_rolls_back(
    in_order: site.Site, deploy: Host, slow: dict[str, Any]
) -> None:
    before = deploy.state()["confirmed"]
    in_order.write(slow)
    play = subprocess.Popen(
        in_order.command(*HOSTS, *AS_DEPLOY),
        cwd=site.PROJECT,
        env=site.clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deploy.wait_for(lambda state: bool(state["transaction"]) and state["transaction"]["stage"] == "trial")
    allow(deploy, "deploy ALL=(ALL) ALL")
    output, _nothing = play.communicate(timeout=120)
    said = words(site.Run(play.returncode, output))
    assert play.returncode != 0
    assert "deploy needs a password to become root, and the play has none" in said, said
    assert "the host rolls back by itself within" in said and "cat /run/fractalops/last.json" in said
    assert_whole(deploy, before)


def test_a_user_without_become_is_told_to_become_root(in_order: site.Site, deploy: Host, slow: dict[str, Any]) -> None:
    before = deploy.state()
    in_order.write(slow)
    run = in_order.play(*HOSTS, AS_DEPLOY[0])
    assert run.returncode != 0 and deploy.state() == before
    assert "log in as root, or set become: true" in words(run), run.output
    assert "make room" not in words(run)
