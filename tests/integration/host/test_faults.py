# SPDX-License-Identifier: GPL-3.0-or-later
"""Pull a plug during an activation: the host ends whole, on one generation, and the next run says what happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import hosts, site
from ansible_collections.fractalops.infra.tests.lab.command import attempt

from .conftest import Host
from .outcome import assert_whole, settled

pytestmark = pytest.mark.usefixtures("judged")
HOSTS = "--tags=hosts"
SITE = "fractalops.infra.site"


def on_trial(state: dict[str, Any]) -> bool:
    """An activation is between trial and confirm."""
    return bool(state["transaction"]) and state["transaction"]["stage"] == "trial"


def begin_trial(
    started: site.Site, host: Host, wanted: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """A running play whose activation of ``wanted`` is between trial and confirm, and its transaction."""
    started.write(wanted)
    play = started.start(SITE, HOSTS)
    transaction: dict[str, Any] = host.wait_for(on_trial)["transaction"]
    return play, transaction


def kill(play: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the controller and all in its process group."""
    os.killpg(play.pid, signal.SIGKILL)
    play.wait()


@pytest.mark.fault(20, "a service starts and dies")
def test_a_release_that_dies_after_its_start_rolls_back_and_fails_the_run(
    in_order: site.Site, first: Host, broken: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    in_order.write(broken)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode != 0 and run.failed["worker-1"] == 1
    assert "rolled-back: health: fractalops-api.service is" in run.output and "exit 7" in run.output
    assert f"the host is on generation {before}" in run.output
    assert_whole(first, before)


@pytest.mark.fault(4, "controller killed between trial and confirm")
def test_a_controller_killed_between_trial_and_confirm_leaves_the_old_generation(
    in_order: site.Site, first: Host, slow: dict[str, Any], assets: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    play, transaction = begin_trial(in_order, first, slow)
    kill(play)
    assert first.state()["confirmed"] == before
    assert_whole(first, before)
    in_order.write(site.topology(assets))
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    words = " ".join(run.output.split())
    assert f"generation {transaction['new']}" in words
    assert f"nobody confirmed it in time; the host is on {before}" in words


@pytest.mark.fault(7, "power lost in trial")
def test_a_host_that_loses_power_in_trial_boots_its_old_generation(
    in_order: site.Site, first: Host, slow: dict[str, Any], assets: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    play, _transaction = begin_trial(in_order, first, slow)
    hosts.reboot(first.container.name)
    play.wait(timeout=120)
    assert play.returncode != 0
    assert_whole(first, before)
    in_order.write(site.topology(assets))
    run = in_order.play(SITE, HOSTS)
    assert "was on trial when the host restarted" in " ".join(run.output.split())


@pytest.mark.fault(8, "power lost after the commit")
def test_a_host_that_loses_power_after_the_confirm_boots_its_new_generation(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    in_order.write(slow)
    assert in_order.play(SITE, HOSTS).returncode == 0
    after = first.state()["confirmed"]
    assert after != before
    hosts.reboot(first.container.name)
    assert_whole(first, after)


@pytest.mark.fault(3, "activation killed")
def test_a_killed_activation_is_undone_by_the_guard(in_order: site.Site, first: Host, slow: dict[str, Any]) -> None:
    before = first.state()["confirmed"]
    play, transaction = begin_trial(in_order, first, slow)
    first.run(f"systemctl kill --signal=SIGKILL fractalops-activation-{transaction['id']}.service")
    assert play.wait(timeout=120) != 0
    assert_whole(first, before)


@pytest.mark.fault(25, "somebody reloads systemd all the time")
def test_reloads_by_others_do_not_postpone_the_guard(in_order: site.Site, first: Host, slow: dict[str, Any]) -> None:
    before = first.state()["confirmed"]
    play, _transaction = begin_trial(in_order, first, slow)
    kill(play)
    first.run("systemd-run --quiet --unit=storm sh -c 'while sleep 1; do systemctl daemon-reload; done'")
    first.wait_for(settled, seconds=60)
    assert first.run("systemctl is-active storm").strip() == "active", "the guard acted while reloads went on"
    first.run("systemctl stop storm")
    assert_whole(first, before)


@pytest.mark.fault(28, "two runs on one host")
def test_a_second_run_on_a_host_on_trial_is_refused_with_its_owner(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    play, _transaction = begin_trial(in_order, first, slow)
    second = in_order.play(SITE, HOSTS)
    assert second.returncode != 0
    assert "has been activating generation" in second.output and f"pid {play.pid}" in second.output
    assert "next: there is nothing to fix; wait until " in second.output
    assert play.wait(timeout=120) == 0


@pytest.mark.fault(10, "nobody can log in any more")
def test_a_host_nobody_can_log_in_to_any_more_rolls_back(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    play, _transaction = begin_trial(in_order, first, slow)
    first.run("systemctl stop ssh.socket ssh.service; systemctl mask --runtime ssh.service")
    try:
        assert play.wait(timeout=120) != 0
        first.wait_for(settled)
    finally:
        first.run("systemctl unmask --runtime ssh.service; systemctl start ssh.service")
    assert_whole(first, before)


FORGOTTEN = """
import json
json.dump({"id": "dead", "new": "%s", "old": "%s", "deadline": 0.0, "owner": "a run killed before it armed its guard",
           "started": 0.0, "units": {"added": [], "changed": [], "removed": []}, "stage": "verified", "reason": None,
           "journal": None}, open("/run/fractalops/transaction.json", "w"))
"""


def test_a_transaction_whose_run_died_before_its_guard_is_ended_by_the_next_run(
    in_order: site.Site, first: Host
) -> None:
    before = first.state()["confirmed"]
    first.container.attach(["/usr/bin/python3", "-c", FORGOTTEN % (before, before)])
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    assert_whole(first, before)


def test_power_lost_after_the_commit_boots_the_new_generation_without_leftovers(
    in_order: site.Site, first: Host, assets: dict[str, Any]
) -> None:
    """What a crash between the rename and the clean-up leaves: a stub of a unit that is gone."""
    before = first.state()["confirmed"]
    stub = "/etc/systemd/system/fractalops-gone.service"
    first.run(f"ln -s /etc/fractalops/confirmed/units/fractalops-gone.service {stub}")
    first.run("ln -s ../fractalops-gone.service /etc/systemd/system/multi-user.target.wants/")
    hosts.reboot(first.container.name)
    assert_whole(first, before)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output
    assert "fractalops-gone.service" not in first.run(
        "ls /etc/systemd/system /etc/systemd/system/multi-user.target.wants"
    )


def late_confirm(host: Host, transaction: str) -> subprocess.CompletedProcess[str]:
    """What a controller sends that is late, and the answer of the host."""
    agent = f"/usr/bin/python3 -I /run/fractalops/agent-* confirm {transaction}"
    return attempt(host.container.inside(["/bin/sh", "-c", agent]), timeout_seconds=60)


def assert_refused(confirm: subprocess.CompletedProcess[str]) -> None:
    """Too late, or ended by then: never committed."""
    if confirm.returncode:
        assert "is too late to confirm" in confirm.stderr, confirm
    else:
        assert json.loads(confirm.stdout)["stage"] == "rolled-back", confirm


@pytest.mark.fault(27, "frozen past the deadline")
def test_a_host_frozen_past_the_deadline_rolls_back_and_refuses_a_late_confirm(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    play, transaction = begin_trial(in_order, first, slow)
    first.container.freeze()
    try:
        time.sleep(max(0.0, transaction["deadline"] - time.clock_gettime(time.CLOCK_MONOTONIC)) + 1)
    finally:
        first.container.thaw()
    assert_refused(late_confirm(first, transaction["id"]))
    assert play.wait(timeout=120) != 0
    assert_whole(first, before)
    late = late_confirm(first, transaction["id"])
    assert json.loads(late.stdout)["stage"] == "rolled-back", late
    assert_whole(first, before)


@pytest.mark.fault(11, "guard killed in its rollback")
def test_a_guard_killed_in_its_rollback_is_followed_by_one_that_finishes(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    play, transaction = begin_trial(in_order, first, slow)
    kill(play)
    guard = f"fractalops-guard-{transaction['id']}.service"
    watch = f"until systemctl is-active --quiet {guard}; do sleep 0.01; done; systemctl kill --signal=SIGKILL {guard}"
    first.container.attach(["/bin/sh", "-c", watch])
    assert_whole(first, before)
