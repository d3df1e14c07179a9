# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units are looked at, what the topology accepts, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof import in_force, process
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.host import Host
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.in_force import (
    gaps,
    is_starting,
    require_in_force,
)

from ..fake_systemd import UP, FakeSystemd
from ..samples import a_generation, a_unit
from .fake_host import PID, UNIT, FakeHost

UP_NOW = {"ActiveState": "active", "MainPID": PID, "ControlGroup": f"/system.slice/{UNIT}"}
TODAY = dt.datetime.now().astimezone().date()


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """One whose process has no mount namespace of its own."""
    made = FakeHost(tmp_path)
    made.share("mnt")
    return made


def declaring(dropin: str = "PrivateTmp=yes\n", **changes: Any) -> Generation:
    """A generation with one unit."""
    return a_generation(demo=a_unit(text="[Service]\n", dropin=f"[Service]\n{dropin}", **changes))


def accepting(**days: str) -> Generation:
    """That generation, which accepts these directives through a day."""
    return Generation.parse({**declaring().document, "accepted": days})


def said(host: FakeHost, generation: Generation, **shown: str) -> list[str]:
    return [str(gap) for gap in gaps(host.layout, generation, {UNIT: {**UP_NOW, **shown}})]


def test_the_words_name_the_unit_the_directive_and_what_the_kernel_shows(host: FakeHost) -> None:
    assert said(host, declaring()) == [
        "demo.service: PrivateTmp is not in force: the process shares the mount namespace of PID 1"
    ]


@pytest.mark.parametrize("shown", [{"ActiveState": "inactive"}, {"MainPID": "0"}, {"MainPID": "4711"}])
def test_what_does_not_run_has_no_proof(host: FakeHost, shown: dict[str, str]) -> None:
    assert said(host, declaring(), **shown) == []


def test_what_should_be_stopped_has_no_proof(host: FakeHost) -> None:
    assert said(host, declaring(state="stopped")) == []


def test_a_unit_that_others_start_has_one_while_it_runs(host: FakeHost) -> None:
    assert len(said(host, declaring(state="on-demand"))) == 1


def test_a_process_that_systemd_makes_ready_is_not_judged_yet(host: FakeHost) -> None:
    (host.process / "exe").unlink()
    shutil.copy(str(host.first / "exe"), str(host.process / "exe"), follow_symlinks=False)
    assert is_starting(Host(host.layout), int(PID))
    assert said(host, declaring()) == []


def test_pid_1_itself_and_no_process_are_not_starting(host: FakeHost) -> None:
    assert not is_starting(Host(host.layout), 0)
    assert not is_starting(Host(host.layout), 1)


def test_the_last_line_of_a_directive_counts(host: FakeHost) -> None:
    assert said(host, declaring("PrivateTmp=yes\nPrivateTmp=no\n")) == []


def test_lines_of_other_sections_are_not_the_units(host: FakeHost) -> None:
    assert said(host, declaring("NoNewPrivileges=yes\n[Unit]\nPrivateTmp=yes\n")) == []


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 0), (-1, 1)])
def test_what_the_topology_accepts_is_not_said_through_its_last_day(host: FakeHost, days: int, count: int) -> None:
    day = (TODAY + dt.timedelta(days=days)).isoformat()
    assert len(said(host, accepting(PrivateTmp=day))) == count


def test_acceptance_of_one_directive_is_not_that_of_another(host: FakeHost) -> None:
    assert len(said(host, accepting(PrivateIPC=TODAY.isoformat()))) == 1


def test_a_file_of_proc_that_the_kernel_does_not_have_is_said(host: FakeHost) -> None:
    (host.process / "ns/net").unlink()
    assert "the kernel has no " in said(host, declaring("PrivateNetwork=yes\n"))[0]


def test_a_file_that_nobody_may_read_is_said(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object, _kind: str) -> str:
        raise PermissionError(1, "Operation not permitted", "/proc/77/ns/mnt")

    monkeypatch.setattr(process.Process, "namespace", refuse)
    assert "nobody may look at /proc/77/ns/mnt" in said(host, declaring())[0]


def test_limits_of_a_slice_are_those_of_its_group(host: FakeHost) -> None:
    group = host.layout.root / "sys/fs/cgroup/demo.slice"
    group.mkdir()
    (group / "memory.max").write_text("max\n")
    document = declaring().document
    unit = a_unit(text="[Slice]\nMemoryMax=64M\n", dropin="", state="on-demand")
    generation = Generation.parse({**document, "units": {"demo.slice": unit}})
    shown = {"demo.slice": {"ActiveState": "active", "ControlGroup": "/demo.slice"}}
    (gap,) = gaps(host.layout, generation, shown)
    assert gap.why == "memory.max of its control group is max"
    (group / "memory.max").write_text(f"{64 << 20}\n")
    assert gaps(host.layout, generation, shown) == []


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("PrivateTmp=yes\nPrivateMounts=yes\n", "LXC: no seccomp rule against unshare, no lxc.cap.drop of sys_admin)"),
        ("PrivateTmp=yes\nTasksMax=9\n", "sys_admin; LXC: a control group that the container may write to, with that"),
        ("LimitNOFILE=9\n", "(LXC: lxc.prlimit, lxc.cap.keep)"),
    ],
)
def test_all_that_is_not_in_force_ends_a_trial_with_the_way_out(
    host: FakeHost, fake: FakeSystemd, declared: str, words: str
) -> None:
    fake.units[UNIT] = {**UP, **UP_NOW}
    with pytest.raises(HostError) as raised:
        require_in_force(host.layout, declaring(declared))
    assert str(raised.value).startswith("kernel: demo.service: ")
    assert words in str(raised.value)
    assert str(raised.value).endswith("or accept it: accept_not_in_force of the asset")


def test_a_trial_of_which_all_is_in_force_goes_on(host: FakeHost, fake: FakeSystemd) -> None:
    fake.units[UNIT] = {**UP, **UP_NOW}
    require_in_force(host.layout, declaring("NoNewPrivileges=yes\n"))


def test_a_trial_waits_for_a_process_that_is_being_made_ready(
    host: FakeHost, fake: FakeSystemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.units[UNIT] = {**UP, **UP_NOW}
    (host.process / "exe").unlink()
    shutil.copy(str(host.first / "exe"), str(host.process / "exe"), follow_symlinks=False)
    waited: list[float] = []

    def begin(seconds: float) -> None:
        waited.append(seconds)
        (host.process / "exe").unlink()
        (host.process / "exe").symlink_to("/usr/bin/demo")

    monkeypatch.setattr(in_force.time, "sleep", begin)
    with pytest.raises(HostError, match="PrivateTmp"):
        require_in_force(host.layout, declaring())
    assert len(waited) == 1
