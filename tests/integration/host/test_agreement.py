# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift, plan and site say the same of a real host, before a run and after it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import hosts, site

from .conftest import Host

DRIFT, PLAN, SITE = ("fractalops.infra." + name for name in ("drift", "plan", "site"))
HOSTS = "--tags=hosts"
LINK = "/etc/systemd/system/agree-main.service"
#: LXC mounts it before systemd starts.
MOUNT = "sys-fs-fuse-connections.mount"


def service(name: str, *command: str, **changes: Any) -> dict[str, Any]:
    return {"user": name, "exec": list(command), "hardening": "standard", **changes}


SERVICES = {
    "agree-main": service("agree-main", "/bin/sleep", "1000001"),
    "agree-job": service("agree-job", "/bin/sleep", "1000002", type="oneshot", state="on-demand")
    | {"start_seconds": 600},
}


def wanted(**changes: Any) -> dict[str, Any]:
    """A topology of one host; ``changes`` are services, and units under ``units``."""
    units = changes.pop("units", None)
    host = site.host(1, copy.deepcopy({**SERVICES, **changes}), window_seconds=20)
    if units is not None:
        host["units"] = units
    return site.topology({"worker-1": host})


def words(run: site.Run) -> str:
    """The output without the line breaks of warnings."""
    return " ".join(run.output.split())


@pytest.fixture
def made(base: site.Site) -> Iterator[site.Site]:
    """The site in order on the topology of this file."""
    base.write(wanted())
    run = base.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    yield base
    base.write(wanted())


@pytest.fixture
def host(made: site.Site, first_host: Host) -> Host:
    return first_host


def drifted(made: site.Site) -> site.Run:
    run = made.play(DRIFT)
    assert run.returncode != 0, run.output
    return run


def mended(made: site.Site) -> None:
    """Plan has something to do, site does it, and then all three have nothing to say."""
    assert "worker-1: in order" not in made.play(PLAN, HOSTS).output
    run = made.play(SITE, HOSTS)
    assert (run.returncode, run.hosts_changed) == (0, {"worker-1"}), run.output
    assert made.play(DRIFT).returncode == 0
    assert "worker-1: in order" in made.play(PLAN, HOSTS).output
    assert made.play(SITE, HOSTS).hosts_changed == set()


def test_the_text_of_a_unit_that_does_not_run_is_in_the_plan(made: site.Site, host: Host) -> None:
    made.write(wanted(**{"agree-job": {**SERVICES["agree-job"], "exec": ["/bin/sleep", "7"]}}))
    for run in (made.play(PLAN, HOSTS), made.play(SITE, HOSTS, "--check", "--diff")):
        assert "ExecStart=/bin/sleep 7" in run.output.replace('"', ""), run.output
    assert "units +0 ~1 -0" in made.play(PLAN, HOSTS).output
    assert made.play(SITE, HOSTS).hosts_changed == {"worker-1"}


def test_a_release_that_is_missing_is_refused_by_plan_check_and_site(made: site.Site, host: Host) -> None:
    release = {"app": "agree", "id": "9"}
    made.write(wanted(**{"agree-main": {**SERVICES["agree-main"], "release": release}}))
    for arguments in ((PLAN, HOSTS), (SITE, HOSTS, "--check"), (SITE, HOSTS)):
        run = made.play(*arguments)
        assert run.returncode != 0 and "/opt/agree/releases/9: is not on this host; deliver the release" in words(
            run
        ), run.output


def test_a_unit_that_systemd_refuses_is_refused_by_plan(made: site.Site, host: Host) -> None:
    made.write(wanted(**{"agree-main": {**SERVICES["agree-main"], "exec": ["/bin/there-is-no-such-program"]}}))
    run = made.play(PLAN, HOSTS)
    assert run.returncode != 0 and "systemd-analyze verify" in words(run), run.output
    assert "there-is-no-such-program" in words(run)
    assert host.run("find /run/fractalops -name '.check-*'") == ""


def test_a_mask_of_nothing_is_said_by_plan_and_site(made: site.Site, host: Host) -> None:
    made.write(wanted(units={"masks": ["apt-dayly.timer"]}))
    for playbook in (PLAN, SITE):
        assert "apt-dayly.timer is masked and is not on this host" in words(made.play(playbook, HOSTS))


def test_a_job_at_work_that_leaves_the_topology_is_said_by_plan(made: site.Site, host: Host) -> None:
    host.run("systemctl start --no-block agree-job; until pgrep -f 'sleep 1000002' >/dev/null; do sleep 0.05; done")
    left = wanted()
    del left["runtime_assets"]["worker-1"]["services"]["agree-job"]
    made.write(left)
    assert "agree-job.service is at work now and is stopped in the middle of it" in words(made.play(PLAN, HOSTS))
    run = made.play(SITE, HOSTS)
    assert run.returncode == 0 and "agree-job.service is at work now" in words(run), run.output


def test_a_persistent_timer_says_that_it_waits(made: site.Site, host: Host) -> None:
    timer = {"calendar": ["daily"], "persistent": True, "starts": "agree-job.service"}
    made.write(wanted(units={"timers": {"agree-nightly": timer}}))
    assert "agree-nightly.timer makes up for missed times" in words(made.play(PLAN, HOSTS))
    assert made.play(SITE, HOSTS).returncode == 0
    assert "agree-nightly.timer makes up" not in words(made.play(PLAN, HOSTS))


def test_a_mask_of_a_mount_that_comes_back_with_each_boot_is_mended(made: site.Site, host: Host) -> None:
    assert "active" in host.run(f"systemctl is-active {MOUNT} || true"), "the container has no such mount"
    made.write(wanted(units={"masks": [MOUNT]}))
    assert made.play(SITE, HOSTS).returncode == 0
    assert made.play(DRIFT).returncode == 0
    hosts.reboot(host.container.name)
    host.run("systemctl is-system-running --wait >/dev/null || true")
    assert f"{MOUNT}: expected masked" in drifted(made).output
    mended(made)


def test_a_file_that_sed_made_of_our_link_is_kept_and_mended(made: site.Site, host: Host) -> None:
    host.run(f"sed -i s/1000001/1000003/ {LINK}; systemctl daemon-reload; systemctl restart agree-main")
    drifted(made)
    findings = made.ask("worker-1", "fractalops.infra.host_generation_info")["findings"]
    assert f"{LINK} Service.ExecStart" in [one["subject"] for one in findings]
    plan = words(made.play(PLAN, HOSTS))
    assert f"{LINK} is a file in the place of our link" in plan.replace('"', "")
    mended(made)
    assert "1000003" in host.run("cat /etc/fractalops/replaced/agree-main.service-*")
    main = host.run("tr '\\0' ' ' < /proc/$(systemctl show agree-main --property=MainPID --value)/cmdline")
    assert main == "/bin/sleep 1000001 "


def test_a_file_that_sed_made_of_a_link_goes_with_its_unit(made: site.Site, host: Host) -> None:
    link = LINK.replace("main", "job")
    host.run(f"sed -i s/1000002/1000004/ {link}")
    left = wanted()
    del left["runtime_assets"]["worker-1"]["services"]["agree-job"]
    made.write(left)
    run = made.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    assert host.run(f"ls {link} 2>&1 || true").startswith("ls: cannot access")
    assert made.play(DRIFT).returncode == 0
