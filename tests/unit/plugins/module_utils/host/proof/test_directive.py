# SPDX-License-Identifier: GPL-3.0-or-later
"""Each proof holds for a process for which the directive is in force, and fails where it is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.directive import PROOFS, WITHOUT_PROOF
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.in_force import gaps
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.effective_property import effective_properties
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.hardening import PROFILES
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_settings import limits
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.facts.directives import known_directives
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.unit import ProcessLimits
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

from ..samples import a_generation, a_unit
from .fake_host import PID, UNIT, FakeHost

#: What is done to the process, and what is said of it.
Broken = tuple[str, Callable[[FakeHost], object], str]


def shared(kind: str, words: str) -> tuple[Callable[[FakeHost], object], str]:
    return lambda host: host.share(kind), f"the process shares the {words} namespace of PID 1"


def unmounted(point: str, why: str) -> tuple[Callable[[FakeHost], object], str]:
    return lambda host: host.unmount(point), why


def said(name: str, old: str, new: str, why: str) -> tuple[Callable[[FakeHost], object], str]:
    return lambda host: host.say(name, old, new), why


def bounding(more: str, why: str) -> tuple[Callable[[FakeHost], object], str]:
    return said("status", "CapBnd:\t0000000000000400", f"CapBnd:\t{more}", why)


def grouped(name: str, content: str) -> tuple[Callable[[FakeHost], object], str]:
    return (
        lambda host: (host.group / name).write_text(content + "\n"),
        f"{name} of its control group is {content}",
    )


def limited(name: str) -> tuple[Callable[[FakeHost], object], str]:
    return said("limits", f"{name:26}", f"{name:26}1                    4096    \n", "the process has 4096")


UNFILTERED = said("status", "Seccomp_filters:\t20", "Seccomp_filters:\t1", "0 filters of system calls more than PID 1")
MOUNTS = shared("mnt", "mount")
NOTHING_MOUNTED = "nothing is mounted at {} for the process"
#: Directive → its value, and ways in which it is not in force.
CASES: dict[str, list[Broken]] = {
    "AmbientCapabilities": [("CAP_NET_BIND_SERVICE", *bounding("00", "the process cannot have CAP_NET_BIND_SERVICE"))],
    "BindPaths": [
        ("/opt:/mnt", *MOUNTS),
        ("/opt:/mnt", *unmounted("/mnt", NOTHING_MOUNTED.format("/mnt"))),
    ],
    "BindReadOnlyPaths": [("-/srv:/media:rbind", *unmounted("/media", NOTHING_MOUNTED.format("/media")))],
    "CPUQuota": [("50%", *grouped("cpu.max", "max 100000")), ("50%", *grouped("cpu.max", "70000 100000"))],
    "CPUWeight": [("50", *grouped("cpu.weight", "100"))],
    "CapabilityBoundingSet": [
        ("CAP_NET_BIND_SERVICE", *bounding("401", "the process may still get CAP_CHOWN")),
        ("~CAP_SYS_ADMIN CAP_CHOWN", *bounding("401", "the process may still get CAP_CHOWN")),
        ("", *bounding("400", "the process may still get CAP_NET_BIND_SERVICE")),
    ],
    "Group": [("daemon", *said("status", "Gid:\t1", "Gid:\t2", "the process runs as group 2"))],
    "IOWeight": [("50", *grouped("io.weight", "default 100"))],
    "InaccessiblePaths": [("-/boot", *unmounted("/boot", "/boot is accessible to the process"))],
    "LimitAS": [("8K", *limited("Max address space"))],
    "LimitCORE": [("8192", *limited("Max core file size"))],
    "LimitDATA": [("8192", *limited("Max data size"))],
    "LimitFSIZE": [("8192", *limited("Max file size"))],
    "LimitLOCKS": [("8192", *limited("Max file locks"))],
    "LimitMEMLOCK": [("8192", *limited("Max locked memory"))],
    "LimitMSGQUEUE": [("8192", *limited("Max msgqueue size"))],
    "LimitNICE": [("8192", *limited("Max nice priority"))],
    "LimitNOFILE": [("1024:8192", *limited("Max open files"))],
    "LimitNPROC": [("8192", *limited("Max processes"))],
    "LimitRSS": [("8192", *limited("Max resident set"))],
    "LimitRTPRIO": [("8192", *limited("Max realtime priority"))],
    "LimitSIGPENDING": [("8192", *limited("Max pending signals"))],
    "LimitSTACK": [("8192", *limited("Max stack size"))],
    "LockPersonality": [("yes", *UNFILTERED)],
    "MemoryDenyWriteExecute": [("yes", *UNFILTERED)],
    **{
        name: [("48M", *grouped(file, "max"))]
        for name, file in (
            ("MemoryHigh", "memory.high"),
            ("MemoryLow", "memory.low"),
            ("MemoryMax", "memory.max"),
            ("MemoryMin", "memory.min"),
            ("MemorySwapMax", "memory.swap.max"),
        )
    },
    "Nice": [("3", *said("stat", " 20 3 ", " 20 0 ", "the process has 0"))],
    "NoExecPaths": [("/var/cache", *unmounted("/var/cache", "/var/cache is executable for the process"))],
    "NoNewPrivileges": [("yes", *said("status", "NoNewPrivs:\t1", "NoNewPrivs:\t0", "may get new privileges"))],
    "OOMScoreAdjust": [("100", *said("oom_score_adj", "100", "0", "the process has 0"))],
    "PrivateDevices": [
        ("yes", *MOUNTS),
        ("yes", *said("mountinfo", "0:57", "0:48", "the process sees /dev of the host")),
        ("yes", *bounding("8000000", "the process may still get CAP_MKNOD")),
    ],
    "PrivateIPC": [("yes", *shared("ipc", "ipc"))],
    "PrivateMounts": [("yes", *MOUNTS)],
    "PrivateNetwork": [("yes", *shared("net", "network"))],
    "PrivateTmp": [
        ("yes", *MOUNTS),
        ("yes", *unmounted("/tmp", "the process sees /tmp of the host")),
        ("true", *unmounted("/var/tmp", "the process sees /var/tmp of the host")),
    ],
    "PrivateUsers": [("yes", *shared("user", "user"))],
    "ProcSubset": [
        ("pid", *said("mountinfo", ",subset=all", "", "/proc shows the process more than processes")),
        ("pid", *MOUNTS),
    ],
    "ProtectClock": [("yes", *bounding("2000000", "the process may still get CAP_SYS_TIME"))],
    "ProtectControlGroups": [
        ("yes", *MOUNTS),
        ("yes", *said("mountinfo", "/sys/fs/cgroup ro", "/sys/fs/cgroup rw", "/sys/fs/cgroup is not read-only")),
    ],
    "ProtectHome": [
        ("yes", *MOUNTS),
        ("yes", *unmounted("/home", "/home is accessible to the process")),
        ("tmpfs", *unmounted("/root", "the process sees /root of the host")),
        ("read-only", *said("mountinfo", "/home ro", "/home rw", "/home is not read-only for the process")),
    ],
    "ProtectHostname": [("yes", *shared("uts", "host name"))],
    "ProtectKernelLogs": [
        ("yes", *unmounted("/proc/kmsg", "/proc/kmsg is accessible to the process")),
        ("yes", *bounding("400000000", "the process may still get CAP_SYSLOG")),
    ],
    "ProtectKernelModules": [
        ("yes", *unmounted("/usr/lib/modules", "/usr/lib/modules is accessible to the process")),
        ("yes", *bounding("10000", "the process may still get CAP_SYS_MODULE")),
    ],
    "ProtectKernelTunables": [
        ("yes", *MOUNTS),
        ("yes", *unmounted("/proc/sys", "/proc/sys is not read-only for the process")),
    ],
    "ProtectProc": [
        ("invisible", *said("mountinfo", "hidepid=invisible", "gid=0", "/proc shows the process processes of other")),
        ("invisible", *MOUNTS),
    ],
    "ProtectSystem": [
        ("strict", *MOUNTS),
        ("strict", *said("mountinfo", " / / ro", " / / rw", "/ is not read-only for the process")),
        ("full", *said("mountinfo", " / / ro", " / / rw", "/usr is not read-only for the process")),
        ("yes", *said("mountinfo", " / / ro", " / / rw", "/usr is not read-only for the process")),
    ],
    "ReadOnlyPaths": [
        ("/opt", *MOUNTS),
        ("+/opt /var/lib/data", *said("mountinfo", " / / ro", " / / rw", "/opt is not read-only for the process")),
    ],
    "ReadWritePaths": [
        ("/var/lib/demo", *unmounted("/var/lib/demo", "/var/lib/demo is read-only for the process")),
    ],
    "RestrictAddressFamilies": [("AF_INET", *UNFILTERED)],
    "RestrictNamespaces": [("yes", *UNFILTERED)],
    "RestrictRealtime": [("yes", *UNFILTERED)],
    "RestrictSUIDSGID": [("yes", *UNFILTERED)],
    "SupplementaryGroups": [("bin", *said("status", "Groups:\t1 2", "Groups:\t1", "the process is not in group bin"))],
    "SystemCallArchitectures": [("native", *UNFILTERED)],
    "SystemCallFilter": [
        ("@system-service", *UNFILTERED),
        ("@system-service", *said("status", "Seccomp:\t2", "Seccomp:\t0", "has no filter of system calls")),
    ],
    "TasksMax": [("20", *grouped("pids.max", "max"))],
    "TemporaryFileSystem": [("/var/log:rw", *unmounted("/var/log", NOTHING_MOUNTED.format("/var/log")))],
    "User": [("daemon", *said("status", "Uid:\t1", "Uid:\t0", "the process runs as user 0"))],
}


def found(host: FakeHost, directive: str, value: str) -> list[str]:
    """Why the directive is not in force."""
    generation = a_generation(demo=a_unit(text="[Service]\n", dropin=f"[Service]\n{directive}={value}\n"))
    shown = {UNIT: {"ActiveState": "active", "MainPID": PID, "ControlGroup": "/system.slice/demo.service"}}
    gap = gaps(host.layout, generation, shown)
    assert {(one.unit, one.directive, one.declared) for one in gap} <= {(UNIT, directive, value)}
    return [one.why for one in gap]


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    """A process for which all is in force."""
    return FakeHost(tmp_path)


def test_every_proof_is_tried_here() -> None:
    assert set(CASES) == set(PROOFS)


@pytest.mark.parametrize(
    ("directive", "value"),
    [(name, value) for name, cases in CASES.items() for value in sorted({one[0] for one in cases})],
)
def test_what_is_in_force_is_not_found(host: FakeHost, directive: str, value: str) -> None:
    if directive == "ProcSubset":
        host.say("mountinfo", "subset=all", "subset=pid")
    if (directive, value) == ("CapabilityBoundingSet", ""):
        host.say("status", "CapBnd:\t0000000000000400", "CapBnd:\t0")
    if value == "tmpfs":
        host.say("mountinfo", "0:54 /systemd/inaccessible/dir", "0:61 /")
    assert found(host, directive, value) == []


@pytest.mark.parametrize(
    ("directive", "number"), [(name, number) for name, cases in CASES.items() for number in range(len(cases))]
)
def test_what_is_not_in_force_is_found(host: FakeHost, directive: str, number: int) -> None:
    value, damage, why = CASES[directive][number]
    damage(host)
    assert [one for one in found(host, directive, value) if why in one] != [], found(host, directive, value)


@pytest.mark.parametrize("directive", ["PrivateTmp", "NoNewPrivileges", "ProtectHome", "SystemCallFilter"])
@pytest.mark.parametrize("value", ["no", "false", ""])
def test_what_is_turned_off_needs_no_proof(host: FakeHost, directive: str, value: str) -> None:
    host.share("mnt")
    host.say("status", "NoNewPrivs:\t1", "NoNewPrivs:\t0")
    host.say("status", "Seccomp:\t2", "Seccomp:\t0")
    assert found(host, directive, value) == []


def test_no_directive_is_in_both_lists() -> None:
    assert set(PROOFS) & set(WITHOUT_PROOF) == set()


EVERY_LIMIT = {
    "memory_max": "1M",
    "tasks_max": 1,
    "cpu_quota_percent": 1,
    "cpu_weight": 1,
    "io_weight": 1,
    "open_files": 16,
    "processes": 1,
    "core_size": "0",
    "oom_score_adjust": 0,
    "nice": 0,
}
#: Of how a unit is run by systemd, and not of what its process may do.
OF_SYSTEMD = frozenset(
    {"CPUAccounting", "IOAccounting", "IgnoreSIGPIPE", "KillMode", "MemoryAccounting", "OOMPolicy", "RefuseManualStart"}
    | {"RefuseManualStop", "RemainAfterExit", "Restart", "Slice", "StopWhenUnneeded", "SyslogIdentifier"}
    | {"TasksAccounting", "Type"}
)


def test_every_directive_of_a_profile_and_every_typed_one_is_in_the_table() -> None:
    declared = {name for profile in PROFILES.values() for name in profile}
    declared |= {name for name, _text in limits(ProcessLimits.model_validate(EVERY_LIMIT))}
    declared |= {name for name in known_directives("Service") if any(map(effective_properties, foretold(name)))}
    assert declared - OF_SYSTEMD - {*PROOFS, *WITHOUT_PROOF} == set()


def foretold(name: str) -> list[list[tuple[str, str]]]:
    """Values of each kind that we know how systemd shows."""
    return [[(name, text)] for text in ("yes", "1", "0022")]


def test_every_limit_is_among_those_asked_for() -> None:
    assert set(EVERY_LIMIT) == set(ProcessLimits.model_fields)


def test_the_table_of_the_docs_is_this_one() -> None:
    lines = (ROOT / "docs/units.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `") and line.count(" | ") == 1]
    told = {row[0].strip("`"): row[1] for row in rows if row[0].strip("`") in {*PROOFS, *WITHOUT_PROOF}}
    assert told == {
        **{name: proof.words for name, proof in PROOFS.items()},
        **{name: f"none: {why}" for name, why in WITHOUT_PROOF.items()},
    }
