# SPDX-License-Identifier: GPL-3.0-or-later
"""Where limits of a control group are, in both versions and in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.control_group import (
    ControlGroups,
    groups_of_unit,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.in_force import gaps
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.mount_table import MountTable

from ..samples import a_generation, a_unit
from .fake_host import PID, UNIT, FakeHost

MIXED = """\
1 0 0:1 / / rw - overlay o rw
2 1 0:2 {root} /sys/fs/cgroup/memory rw - cgroup none rw,memory
3 1 0:3 {root} /sys/fs/cgroup/cpu rw - cgroup none rw,cpu,cpuacct
4 1 0:4 {root} /sys/fs/cgroup/unified rw - cgroup2 none rw
5 1 0:5 {root} /sys/fs/cgroup/blkio rw - cgroup none rw,blkio
"""
GROUPS = {"memory": "/a", "cpu": "/b", "blkio": "/e", "": "/c"}


def mixed(folder: Path, root: str = "/") -> ControlGroups:
    return ControlGroups(MountTable(MIXED.format(root=root)), folder)


def put(folder: Path, name: str, content: str) -> None:
    (folder / "sys/fs/cgroup" / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / "sys/fs/cgroup" / name).write_text(content + "\n")


def test_a_controller_of_the_first_version_is_asked_there_and_others_in_the_second(tmp_path: Path) -> None:
    put(tmp_path, "memory/a/memory.limit_in_bytes", "5")
    put(tmp_path, "unified/c/pids.max", "7")
    groups = mixed(tmp_path)
    assert groups.is_first("memory")
    assert not groups.is_first("pids")
    assert groups.read(GROUPS, "memory", "memory.limit_in_bytes") == "5"
    assert groups.read(GROUPS, "pids", "pids.max") == "7"


def test_a_limit_that_the_kernel_does_not_have_is_none(tmp_path: Path) -> None:
    assert mixed(tmp_path).read(GROUPS, "memory", "memory.low") is None
    assert mixed(tmp_path).read({}, "memory", "memory.low") is None
    assert ControlGroups(MountTable(""), tmp_path).read(GROUPS, "pids", "pids.max") is None


def test_a_container_without_a_namespace_of_its_own_sees_groups_from_the_top(tmp_path: Path) -> None:
    put(tmp_path, "memory/system.slice/x/memory.limit_in_bytes", "5")
    groups = {"memory": "/lxc/c1/system.slice/x"}
    assert mixed(tmp_path, "/lxc/c1").read(groups, "memory", "memory.limit_in_bytes") == "5"


def test_a_container_with_a_namespace_of_its_own_sees_groups_from_its_root(tmp_path: Path) -> None:
    put(tmp_path, "memory/system.slice/x/memory.limit_in_bytes", "5")
    groups = {"memory": "/system.slice/x"}
    assert mixed(tmp_path, "/lxc/c1").read(groups, "memory", "memory.limit_in_bytes") == "5"


def test_the_group_of_a_slice_stands_where_systemd_makes_its_groups() -> None:
    first = {"memory": "/lxc/c1/init.scope", "": "/init.scope", "cpuset": "/"}
    assert groups_of_unit(first, "/demo.slice") == {
        "memory": "/lxc/c1/demo.slice",
        "": "/demo.slice",
        "cpuset": "/demo.slice",
    }


@pytest.mark.parametrize(
    ("setting", "files", "why"),
    [
        ("MemoryMax=48M", {"memory/a/memory.limit_in_bytes": "50331648"}, None),
        ("MemoryMax=48M", {"memory/a/memory.limit_in_bytes": "9223372036854771712"}, "memory.limit_in_bytes of its"),
        ("MemoryMax=infinity", {"memory/a/memory.limit_in_bytes": "9223372036854771712"}, None),
        ("MemoryMax=5000", {"memory/a/memory.limit_in_bytes": "4096"}, None),
        ("MemoryMax=10%", {}, None),
        ("MemoryLow=48M", {}, "its control group has no memory.low"),
        ("TasksMax=20", {}, "its control group has no pids.max"),
        (
            "CPUQuota=50%",
            {"cpu/b/cpu.cfs_quota_us": "50000", "cpu/b/cpu.cfs_period_us": "100000"},
            None,
        ),
        ("CPUQuota=50%", {"cpu/b/cpu.cfs_quota_us": "-1", "cpu/b/cpu.cfs_period_us": "100000"}, "-1"),
        ("CPUQuota=50%", {"cpu/b/cpu.cfs_quota_us": "50000"}, "cpu.cfs_quota_us of its control group is 50000"),
        ("CPUQuota=", {}, None),
        ("CPUWeight=50", {"cpu/b/cpu.shares": "512"}, None),
        ("CPUWeight=50", {"cpu/b/cpu.shares": "1024"}, "cpu.shares of its control group is 1024"),
        ("CPUWeight=idle", {}, None),
        ("IOWeight=50", {"blkio/e/blkio.weight": "250"}, None),
        ("IOWeight=50", {"blkio/e/blkio.bfq.weight": "113"}, None),
        ("IOWeight=50", {"blkio/e/blkio.bfq.weight": "136"}, "blkio.bfq.weight of its control group is 136"),
        ("IOWeight=50", {}, "its control group has no blkio.weight"),
    ],
)
def test_limits_of_the_first_version_are_counted_its_way(
    tmp_path: Path, setting: str, files: dict[str, str], why: str | None
) -> None:
    host = FakeHost(tmp_path)
    (host.first / "mountinfo").write_text(MIXED.format(root="/"))
    (host.process / "cgroup").write_text("4:memory:/a\n3:cpu,cpuacct:/b\n2:blkio:/e\n0::/c\n")
    for name, content in files.items():
        put(tmp_path, name, content)
    generation = a_generation(demo=a_unit(text="[Service]\n", dropin=f"[Service]\n{setting}\n"))
    found = gaps(host.layout, generation, {UNIT: {"ActiveState": "active", "MainPID": PID}})
    assert [one.why for one in found if why is None or why not in one.why] == []
    assert bool(found) is (why is not None)


@pytest.mark.parametrize(("content", "count"), [("default 50\n8:0 9", 0), ("50", 0), ("default 5", 1)])
def test_the_second_version_names_the_weight_of_every_disk(tmp_path: Path, content: str, count: int) -> None:
    host = FakeHost(tmp_path)
    (host.group / "io.weight").write_text(content + "\n")
    generation = a_generation(demo=a_unit(text="[Service]\n", dropin="[Service]\nIOWeight=50\n"))
    assert len(gaps(host.layout, generation, {UNIT: {"ActiveState": "active", "MainPID": PID}})) == count
