# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared is in force, by the kernel: on a host that can do it, and on one where namespaces are refused."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.directive import PROOFS
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.filter_look import FILTERING
from ansible_collections.fractalops.infra.tests.lab import hosts, site

from .conftest import Host

SITE, DRIFT, HEALTH, PLAN = (f"fractalops.infra.{name}" for name in ("site", "drift", "health", "plan"))
HOSTS, ONE = "--tags=hosts", "--limit=worker-1,control_plane"
SOFT = "demo-soft.service"
#: What systemd 252 leaves out without a word where it may not make the namespace.
LEFT_OUT = {
    "InaccessiblePaths": "/boot",
    "NoExecPaths": "/var/cache",
    "PrivateIPC": "yes",
    "PrivateMounts": "yes",
    "PrivateNetwork": "yes",
    "ProcSubset": "pid",
    "ReadOnlyPaths": "/var/lib",
}
#: What it does without any namespace.
OTHERS = {
    "AmbientCapabilities": "CAP_NET_BIND_SERVICE",
    "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE",
    "LimitAS": "8G",
    "LimitDATA": "8G",
    "LimitFSIZE": "1G",
    "LimitLOCKS": "64",
    "LimitMEMLOCK": "64K",
    "LimitMSGQUEUE": "64K",
    "LimitNICE": "0",
    "LimitRSS": "8G",
    "LimitRTPRIO": "0",
    "LimitSIGPENDING": "64",
    "LimitSTACK": "8M",
    "ReadWritePaths": "/var/mail",
}
#: What it refuses to start without.
REFUSED = {
    "BindPaths": "/opt:/mnt",
    "BindReadOnlyPaths": "/srv:/media",
    "PrivateUsers": "yes",
    "TemporaryFileSystem": "/var/log",
}
#: Where a drop-in stands that the next boot forgets, and what takes protections back.
EMPTY = ("RestrictAddressFamilies", "SystemCallArchitectures", "SystemCallFilter")
OVER, AGAIN = f"/run/systemd/system/{SOFT}.d", f"systemctl daemon-reload; systemctl restart {SOFT}"
FREE = (
    *("NoNewPrivileges=no", "CapabilityBoundingSet=~", "ProtectKernelModules=no", "ProtectKernelLogs=no"),
    *("ProtectClock=no", "PrivateDevices=no"),
    *(f"{name}={'' if name in EMPTY else 'no'}" for name in FILTERING),
)
#: A host with cgroup v1 has none of these.
SECOND = {"MemoryLow": "1M", "MemoryMin": "1M", "MemorySwapMax": "1M"}
LIMITS = {
    "memory_max": "48M",
    "tasks_max": 20,
    "cpu_quota_percent": 50,
    "cpu_weight": 50,
    "io_weight": 50,
    "open_files": 512,
    "processes": 4096,
    "core_size": "0",
    "oom_score_adjust": 100,
    "nice": 3,
}


def wanted_services() -> dict[str, Any]:
    """All that the kernel proves, in two services."""
    plain = {"exec": ["/bin/sleep", "1000000"], "hardening": "strict"}
    soft = {
        **plain,
        "user": "demo-soft",
        "group": "demo-others",
        "supplementary_groups": ["demo-more"],
        "limits": LIMITS,
        "directives": {"Service": {**LEFT_OUT, **OTHERS}},
    }
    return {
        "demo-soft": soft,
        "demo-hard": {**plain, "user": "demo-hard", "directives": {"Service": REFUSED}},
    }


def with_services(services: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A topology of one host with these."""
    return site.topology({"worker-1": site.host(1, copy.deepcopy(services), window_seconds=20) | changes})


@pytest.fixture(scope="module")
def up(base: site.Site) -> site.Site:
    """The site with both services on a host that can do all of it."""
    base.write(with_services(wanted_services()))
    run = base.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    return base


@pytest.fixture(scope="module")
def refused(up: site.Site, first_host: Host) -> Iterator[site.Site]:
    """The first of them alone, confirmed and in order, after its container may make no namespace any more."""
    up.write(with_services({"demo-soft": wanted_services()["demo-soft"]}))
    for playbook, option in ((SITE, HOSTS), (DRIFT, ONE)):
        run = up.play(playbook, option)
        assert run.returncode == 0, run.output
    hosts.reboot(first_host.container.name, hosts.WITHOUT_NAMESPACES)
    yield up
    hosts.reboot(first_host.container.name, hosts.WITH_NAMESPACES)


def test_every_directive_that_has_a_proof_is_in_force_on_a_host_that_can(up: site.Site) -> None:
    run = up.play(DRIFT, ONE)
    assert run.returncode == 0, run.output
    run = up.play(HEALTH, ONE)
    assert run.returncode == 0, run.output


def gaps(made: site.Site) -> dict[str, Any]:
    """By unit and directive, what drift says is not in force."""
    found = made.ask("worker-1", "fractalops.infra.host_generation_info")["findings"]
    assert {one["kind"] for one in found} <= {"not-in-force"}, found
    return {one["subject"]: one for one in found}


#: A container without CAP_SYS_RESOURCE lets each user lower limits of its own processes alone.
LIMITED = "setpriv --reuid=demo-soft --regid=demo-others --clear-groups prlimit --nofile=99 --nproc=99 --fsize=99"
FREED = f"mkdir -p {OVER}; printf '%s\\n' '[Service]' {' '.join(FREE)} >{OVER}/zzzzz.conf; {AGAIN}; rm -r {OVER}"
#: What somebody does to the process, and what it then lacks.
TAKEN: dict[str, tuple[str, set[str]]] = {
    "limits, while it runs": (
        f"{LIMITED} --pid $PID && renice 9 $PID && echo 700 >/proc/$PID/oom_score_adj",
        {"LimitNOFILE", "LimitNPROC", "LimitFSIZE", "Nice", "OOMScoreAdjust"},
    ),
    "its protection, by a start with a drop-in that is gone again": (
        f"{FREED}; systemctl daemon-reload",
        {"CapabilityBoundingSet", "ProtectKernelLogs", "ProtectClock", *FILTERING},
    ),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_a_process_lost_is_found_by_the_kernel_and_comes_back_with_a_restart(
    up: site.Site, first_host: Host, what: str
) -> None:
    taken, lacks = TAKEN[what]
    first_host.run(f"PID=$(systemctl show {SOFT} -p MainPID --value); {taken}")
    found = gaps(up)
    assert {f"{SOFT} {directive}" for directive in lacks} <= set(found)
    assert not up.play(SITE, HOSTS).hosts_changed
    first_host.run(next(iter(found.values()))["next"].partition(" on the host")[0])
    assert gaps(up) == {}


@pytest.fixture(scope="module")
def findings(refused: site.Site) -> dict[str, str]:
    """By unit and directive, what drift says."""
    found = refused.ask("worker-1", "fractalops.infra.host_generation_info")["findings"]
    return {one["subject"]: one["found"] for one in found if one["kind"] == "not-in-force"}


@pytest.mark.parametrize(
    "directive", sorted(name for name, proof in PROOFS.items() if "namespace" in proof.words and name not in REFUSED)
)
def test_drift_finds_what_systemd_left_out_without_a_word(findings: dict[str, str], directive: str) -> None:
    assert "namespace of PID 1" in findings[f"{SOFT} {directive}"]


def test_drift_says_that_the_container_has_to_do_it(refused: site.Site) -> None:
    run = refused.play(DRIFT, ONE)
    assert run.returncode != 0
    assert f"next: systemctl restart {SOFT} on the host; if it comes back, let the container do it" in run.output
    assert "accept_not_in_force of the asset" in run.output


def test_health_names_what_a_unit_lacks_after_its_container_lost_a_right(refused: site.Site) -> None:
    run = refused.play(HEALTH, ONE)
    assert run.returncode != 0
    assert "PrivateTmp is not in force: the process shares the mount namespace of PID 1" in run.output, run.output


def test_a_trial_rolls_back_what_systemd_left_out_and_says_so(refused: site.Site, first_host: Host) -> None:
    before = first_host.state()["confirmed"]
    refused.write(with_services({"demo-soft": {**wanted_services()["demo-soft"], "description": "another"}}))
    run = refused.play(SITE, HOSTS)
    assert run.returncode != 0
    assert "PrivateTmp is not in force: the process shares the mount namespace of PID 1" in run.output, run.output
    assert "accept_not_in_force" in run.output
    assert first_host.state()["confirmed"] == before


@pytest.mark.parametrize("directive", REFUSED)
def test_what_systemd_does_not_start_without_a_namespace_is_refused(refused: site.Site, directive: str) -> None:
    """Before the trial where one try tells, else by the trial."""
    plain = {"user": "demo-hard", "exec": ["/bin/sleep", "1000000"], "hardening": "standard"}
    refused.write(with_services({"demo-hard": {**plain, "directives": {"Service": {directive: REFUSED[directive]}}}}))
    run = refused.play(SITE, HOSTS)
    assert run.returncode != 0
    assert "rolled-back" in run.output or f"{directive}=yes: this host refuses it" in run.output, run.output
    status = "217/USER" if directive == "PrivateUsers" else "226/NAMESPACE: systemd could not make a mount"
    assert f"exit {status}" in run.output, run.output
    assert "pct set ID --features nesting=1" in run.output
    if f"{directive}=yes" in run.output:
        assert f"{directive}=yes: this host refuses it: exit {status}" in refused.play(PLAN, HOSTS).output


def test_what_the_asset_accepts_is_confirmed_and_in_order(refused: site.Site) -> None:
    accepted = {"directives": sorted(PROOFS), "reason": "The lab refuses namespaces", "expires": "2099-12-31"}
    services = {"demo-soft": wanted_services()["demo-soft"]}
    refused.write(with_services(services, accept_not_in_force=[accepted]))
    for playbook, option in ((SITE, HOSTS), (DRIFT, ONE), (HEALTH, ONE)):
        run = refused.play(playbook, option)
        assert run.returncode == 0, run.output


def test_a_limit_that_the_hierarchy_of_a_host_does_not_have_rolls_back(up: site.Site) -> None:
    plain = {"user": "demo-second", "exec": ["/bin/sleep", "1000000"], "hardening": "standard"}
    up.write(with_services({"demo-second": {**plain, "directives": {"Service": SECOND}}}))
    run = up.play(SITE, HOSTS)
    assert run.returncode != 0
    for name in ("memory.low", "memory.min", "memory.swap.max"):
        assert f"is not in force: its control group has no {name}" in run.output, run.output
