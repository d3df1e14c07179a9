# SPDX-License-Identifier: GPL-3.0-or-later
"""Exit statuses by which systemd says why a program was not even started, in words.

Source: systemd.exec(5), "Process Exit Codes", with the numbers of ``systemd-analyze exit-status``. A program may exit
with the same numbers for reasons of its own, so the words name what systemd means by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from . import systemd

_NESTING = (
    "in an LXC container allow nesting (Proxmox: pct set ID --features nesting=1; LXC: lxc.include = "
    "/usr/share/lxc/config/nesting.conf) and look at lxc.cap.drop and lxc.seccomp.profile on the node, or choose "
    "another hardening for the service"
)
_LIMIT = "an unprivileged LXC container may only lower it: set it on the node (lxc.prlimit), or leave it out"
_DISK = "look at the room and the rights there"

#: Status → its name, what systemd could not do, and what usually is to be done about it.
STATUSES: Mapping[int, tuple[str, str, str]] = {
    200: ("CHDIR", "change to the working directory", "make it, or let the user of the service enter it"),
    201: ("NICE", "set the nice level", _LIMIT),
    202: ("FDS", "prepare file descriptors", "look at the limit of open files on the host"),
    203: ("EXEC", "run the program", "look whether it is there, executable and of this processor, and at its #! line"),
    204: ("MEMORY", "get the memory it needs", "give the host more memory"),
    205: ("LIMITS", "set resource limits", _LIMIT),
    206: ("OOM_ADJUST", "set OOMScoreAdjust", _LIMIT),
    207: ("SIGNAL_MASK", "set the signal mask", "report it"),
    208: ("STDIN", "set up standard input", "look at StandardInput of the unit"),
    209: ("STDOUT", "set up standard output", "look at StandardOutput of the unit, and whether journald runs"),
    210: ("CHROOT", "change the root directory", "look at RootDirectory of the unit"),
    211: ("IOPRIO", "set the priority of input and output", "an unprivileged LXC container may not: leave it out"),
    212: ("TIMERSLACK", "set the timer slack", "look at TimerSlackNSec of the unit"),
    213: ("SECUREBITS", "set secure bits", "look at SecureBits of the unit, and at lxc.cap.drop on the node"),
    214: ("SETSCHEDULER", "set CPU scheduling", "an LXC container may not without CAP_SYS_NICE: leave it out"),
    215: ("CPUAFFINITY", "set the CPU affinity", "look at which CPUs the container has (lxc.cgroup2.cpuset.cpus)"),
    216: ("GROUP", "take on the group", "look whether the group is there: getent group"),
    217: ("USER", "take on the user", "look whether the user is there: getent passwd; for PrivateUsers: " + _NESTING),
    218: ("CAPABILITIES", "drop or apply capabilities", "look at lxc.cap.drop and lxc.cap.keep on the node"),
    219: ("CGROUP", "set up the control group", "look at lxc.mount.auto = cgroup on the node"),
    220: ("SETSID", "make a session", "report it"),
    221: ("CONFIRM", "start it, since somebody said no", "look at systemd.confirm_spawn of the kernel command line"),
    222: ("STDERR", "set up standard error", "look at StandardError of the unit, and whether journald runs"),
    224: ("PAM", "set up the PAM session", "look at PAMName of the unit and at /etc/pam.d"),
    225: ("NETWORK", "make a network namespace", _NESTING),
    226: ("NAMESPACE", "make a mount, UTS or IPC namespace, or mount what is in it", _NESTING),
    227: ("NO_NEW_PRIVILEGES", "forbid new privileges", "look at the kernel of the node"),
    228: ("SECCOMP", "apply system call filters", "look at lxc.seccomp.profile and at the kernel of the node"),
    229: ("SELINUX_CONTEXT", "take on the SELinux context", "look at SELinuxContext of the unit"),
    230: ("PERSONALITY", "set the execution domain", "look at Personality of the unit"),
    231: (
        "APPARMOR",
        "take on the AppArmor profile",
        "look at AppArmorProfile, and at lxc.apparmor on the node",
    ),
    232: ("ADDRESS_FAMILIES", "restrict address families", "look at the kernel of the node"),
    233: ("RUNTIME_DIRECTORY", "make the folder in /run", _DISK),
    235: ("CHOWN", "give the socket to its user", "look whether the user and the group are there"),
    236: ("SMACK_PROCESS_LABEL", "set the SMACK label", "look at SmackProcessLabel of the unit"),
    237: (
        "KEYRING",
        "make a kernel keyring",
        "allow it in lxc.seccomp.profile, or raise kernel.keys.maxkeys on the node",
    ),
    238: ("STATE_DIRECTORY", "make the folder in /var/lib", _DISK),
    239: ("CACHE_DIRECTORY", "make the folder in /var/cache", _DISK),
    240: ("LOGS_DIRECTORY", "make the folder in /var/log", _DISK),
    241: ("CONFIGURATION_DIRECTORY", "make the folder in /etc", _DISK),
    242: ("NUMA_POLICY", "set the NUMA memory policy", "look at NUMAPolicy of the unit"),
    243: (
        "CREDENTIALS",
        "give it its credentials, which takes a file system of their own",
        f"look whether they decrypt on this host: systemd-creds decrypt; {_NESTING}",
    ),
    244: ("BPF", "apply BPF restrictions", "look at RestrictFileSystems of the unit, and at the kernel of the node"),
}
#: Of every command of a unit, as ``systemctl show`` prints it.
_COMMANDS = ("ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload")
_ENDED = re.compile(r"code=exited ; status=(\d+)")


def told(status: str | int) -> str:
    """``exit 226/NAMESPACE: systemd could not …; what to do``; of a status of the program itself the number alone."""
    known = STATUSES.get(int(status)) if str(status).isdigit() else None
    if known is None:
        return f"exit {status}"
    name, failed, way_out = known
    return (
        f"exit {status}/{name}: systemd could not {failed} (or the program says something of its own by it); {way_out}"
    )


def refusals(units: Iterable[str]) -> dict[str, str]:
    """By unit, of those whose program systemd could not start, what ``told`` says."""
    shown = systemd.show(units, ("Result", "ExecMainStatus", *_COMMANDS))
    found = {}
    for name, properties in sorted(shown.items()):
        ends = [properties.get("ExecMainStatus", "0")]
        ends += [status for command in _COMMANDS for status in _ENDED.findall(properties.get(command, ""))]
        wrong = [status for status in ends if int(status or 0) in STATUSES]
        if wrong and properties.get("Result") != "success":
            found[name] = told(wrong[0])
    return found
