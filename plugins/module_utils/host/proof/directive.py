# SPDX-License-Identifier: GPL-3.0-or-later
"""Which directives the kernel proves, and how; the table of docs/units.md says the same, and a test compares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import capability_look, filter_look, group_look, mount_look, process_look
from .look import Look, own, when_on


@dataclass(frozen=True)
class Proof:
    """What is looked at, in words, and how."""

    words: str
    look: Look


def _mounts(words: str, *looks: Look) -> Proof:
    """In force only in a mount namespace of its own."""
    return Proof(f"mount namespace; {words}", when_on(own("mnt"), *looks))


def _namespace(kind: str, words: str) -> Proof:
    return Proof(f"{words} namespace", when_on(own(kind)))


def _limit(name: str) -> Proof:
    return Proof(f"`{name}` in `limits`", process_look.hard_limit(name))


def _group(controller: str, first: str, second: str) -> Proof:
    files = " or ".join(f"`{name}`" for name in (second, first) if name)
    return Proof(f"{files} of the control group", group_look.limited(controller, first, second))


def _paths(words: str, look: Look) -> Proof:
    return Proof(f"mount namespace; {words}", look)


_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108  # looked at, never written to
#: ``/proc/<pid>/limits`` by directive.
_LIMITS = {
    "LimitAS": "Max address space",
    "LimitCORE": "Max core file size",
    "LimitDATA": "Max data size",
    "LimitFSIZE": "Max file size",
    "LimitLOCKS": "Max file locks",
    "LimitMEMLOCK": "Max locked memory",
    "LimitMSGQUEUE": "Max msgqueue size",
    "LimitNICE": "Max nice priority",
    "LimitNOFILE": "Max open files",
    "LimitNPROC": "Max processes",
    "LimitRSS": "Max resident set",
    "LimitRTPRIO": "Max realtime priority",
    "LimitSIGPENDING": "Max pending signals",
    "LimitSTACK": "Max stack size",
}
PROOFS: Mapping[str, Proof] = {
    "AmbientCapabilities": Proof("they are in `CapBnd`", capability_look.ambient),
    "BindPaths": _paths("a mount at each path", mount_look.listed(mount_look.mounted)),
    "BindReadOnlyPaths": _paths("a mount at each path", mount_look.listed(mount_look.mounted)),
    "CPUQuota": Proof("`cpu.max` or `cpu.cfs_quota_us` of the control group", group_look.cpu_quota),
    "CPUWeight": Proof("`cpu.weight` or `cpu.shares` of the control group", group_look.cpu_weight),
    "CapabilityBoundingSet": Proof("no other is in `CapBnd`", capability_look.bounded),
    "Group": Proof("`Gid`", process_look.group),
    "IOWeight": Proof("`io.weight` or `blkio.weight` of the control group", group_look.io_weight),
    "InaccessiblePaths": _paths("each path is inaccessible", mount_look.listed(mount_look.locked)),
    **{directive: _limit(name) for directive, name in _LIMITS.items()},
    **{
        directive: Proof("`Seccomp`, and as many filters as there are such directives", when_on(filter_look.filtered))
        for directive in filter_look.FILTERING
    },
    "MemoryHigh": _group("memory", "", "memory.high"),
    "MemoryLow": _group("memory", "", "memory.low"),
    "MemoryMax": _group("memory", "memory.limit_in_bytes", "memory.max"),
    "MemoryMin": _group("memory", "", "memory.min"),
    "MemorySwapMax": _group("memory", "", "memory.swap.max"),
    "Nice": Proof("nice level in `stat`", process_look.number(lambda process: process.nice)),
    "NoExecPaths": _paths("each path is `noexec`", mount_look.listed(mount_look.not_executable)),
    "NoNewPrivileges": Proof(
        "`NoNewPrivs`", when_on(process_look.flag("NoNewPrivs", "the process may get new privileges"))
    ),
    "OOMScoreAdjust": Proof("`oom_score_adj`", process_look.number(lambda process: process.oom_score_adjust)),
    "PrivateDevices": _mounts(
        "a `/dev` of its own; `CapBnd`", mount_look.elsewhere("/dev"), capability_look.without("MKNOD", "SYS_RAWIO")
    ),
    "PrivateIPC": _namespace("ipc", "IPC"),
    "PrivateMounts": _mounts("nothing else"),
    "PrivateNetwork": _namespace("net", "network"),
    "PrivateTmp": _mounts("`/tmp` and `/var/tmp` of its own", mount_look.elsewhere(*_TEMPORARY)),
    "PrivateUsers": _namespace("user", "user"),
    "ProcSubset": Proof("mount namespace; `/proc` has `subset`", mount_look.subset_of_proc),
    "ProtectClock": Proof("`CapBnd`", when_on(capability_look.without("SYS_TIME", "WAKE_ALARM"))),
    "ProtectControlGroups": _mounts("`/sys/fs/cgroup` is read-only", mount_look.read_only_below("/sys/fs/cgroup")),
    "ProtectHome": _mounts("`/home` and `/root` are inaccessible, as it says", mount_look.protected_home),
    "ProtectHostname": _namespace("uts", "host name"),
    "ProtectKernelLogs": _mounts(
        "`/proc/kmsg` is inaccessible; `CapBnd`",
        mount_look.hidden("/proc/kmsg"),
        capability_look.without("SYSLOG"),
    ),
    "ProtectKernelModules": _mounts(
        "`/usr/lib/modules` is inaccessible; `CapBnd`",
        mount_look.hidden("/usr/lib/modules"),
        capability_look.without("SYS_MODULE"),
    ),
    "ProtectKernelTunables": _mounts("`/proc/sys` and `/sys` are read-only", mount_look.read_only("/proc/sys", "/sys")),
    "ProtectProc": Proof("mount namespace; `/proc` has `hidepid`", mount_look.protected_proc),
    "ProtectSystem": _mounts("the folders of the system are read-only, as it says", mount_look.protected_system),
    "ReadOnlyPaths": _paths("each path is read-only", mount_look.listed(mount_look.write_protected)),
    "ReadWritePaths": Proof("each path is writable", mount_look.writable),
    "SupplementaryGroups": Proof("`Groups`", process_look.groups),
    "TasksMax": _group("pids", "pids.max", "pids.max"),
    "TemporaryFileSystem": _paths("a mount at each path", mount_look.listed(mount_look.mounted)),
    "User": Proof("`Uid`, unless it is root", process_look.user),
}

_BPF = "a program in the kernel that it shows nobody"
#: Of these the kernel shows nothing, or nothing that the program itself could not have changed.
WITHOUT_PROOF: Mapping[str, str] = {
    "DeviceAllow": _BPF,
    "DevicePolicy": _BPF,
    "ExecPaths": "what it gives back is part of `NoExecPaths`",
    "IPAddressAllow": _BPF,
    "IPAddressDeny": _BPF,
    "KeyringMode": "the kernel shows only the keyrings of who asks",
    "LimitCPU": "systemd writes it as a time span",
    "LimitRTTIME": "systemd writes it as a time span",
    "RemoveIPC": "it acts when the unit stops",
    "RestrictFileSystems": _BPF,
    "RestrictNetworkInterfaces": _BPF,
    "SecureBits": "the kernel shows them to the process alone",
    "SocketBindAllow": _BPF,
    "SocketBindDeny": _BPF,
    "UMask": "a program may set it itself, and many do",
}


_OF_GROUPS = frozenset(
    {"CPUQuota", "CPUWeight", "IOWeight", "MemoryHigh", "MemoryLow", "MemoryMax", "MemoryMin", "MemorySwapMax"}
    | {"TasksMax"}
)


def is_of_group(directive: str) -> bool:
    """Its proof needs no process: it is about the control group alone."""
    return directive in _OF_GROUPS
