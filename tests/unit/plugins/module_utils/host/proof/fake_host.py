# SPDX-License-Identifier: GPL-3.0-or-later
"""A host whose ``/proc`` and control groups are files: PID 1, and one process for which everything is in force.

The lines are those of a container of the lab with systemd 252, shortened; control groups are those of cgroup v2.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout

UNIT, PID = "demo.service", "77"
FOLDERS = (
    *("boot", "dev", "etc", "home", "mnt", "media", "opt", "proc/sys", "root", "srv", "tmp", "usr/lib/modules"),
    *("var/cache", "var/lib/demo", "var/lib/data", "var/log", "var/tmp"),
)
HOST_MOUNTS = """\
10 1 0:46 / / rw,relatime shared:1 - overlay o rw
11 10 0:50 / /sys ro,nosuid shared:2 - sysfs sysfs rw
12 11 0:38 / /sys/fs/cgroup rw,nosuid shared:3 - cgroup2 none rw
13 10 0:48 / /dev rw,relatime shared:4 - tmpfs none rw
14 10 0:49 / /proc rw,nosuid shared:5 - proc proc rw
"""
HIDDEN = "0:54 /systemd/inaccessible/dir"
PROCESS_MOUNTS = f"""\
20 2 0:46 / / ro,relatime shared:7 master:1 - overlay o rw
21 20 0:50 / /sys ro,nosuid - sysfs sysfs rw
22 21 0:38 / /sys/fs/cgroup ro,nosuid - cgroup2 none rw
23 20 0:57 / /dev ro,nosuid - tmpfs tmpfs rw
24 20 0:58 / /proc rw,nosuid - proc proc rw,hidepid=invisible,subset=all
25 24 0:58 /sys /proc/sys ro,nosuid - proc proc rw,hidepid=invisible
26 24 0:54 /systemd/inaccessible/reg /proc/kmsg ro,nosuid - tmpfs tmpfs rw
27 20 {HIDDEN} /home ro,nosuid - tmpfs tmpfs rw
28 20 {HIDDEN} /root ro,nosuid - tmpfs tmpfs rw
29 20 {HIDDEN} /usr/lib/modules ro,nosuid - tmpfs tmpfs rw
30 20 {HIDDEN} /boot ro,nosuid - tmpfs tmpfs rw
31 20 0:46 /tmp/systemd-private-1-demo/tmp /tmp rw,nosuid - overlay o rw
32 20 0:46 /var/tmp/systemd-private-1-demo/tmp /var/tmp rw,nosuid - overlay o rw
33 20 0:46 /var/lib/demo /var/lib/demo rw,nosuid - overlay o rw
34 20 0:46 /opt /mnt rw,nosuid - overlay o rw
35 20 0:46 /srv /media ro,nosuid - overlay o rw
36 20 0:60 / /var/log rw,nosuid - tmpfs tmpfs rw
37 20 0:46 /var/cache /var/cache ro,noexec - overlay o rw
"""
STATUS = """\
Name:	demo
Umask:	0077
Uid:	1	1	1	1
Gid:	1	1	1	1
Groups:	1 2
CapBnd:	0000000000000400
NoNewPrivs:	1
Seccomp:	2
Seccomp_filters:	20
"""
FIRST_STATUS = """\
Name:	systemd
Uid:	0	0	0	0
CapBnd:	000001fcfcfcffff
NoNewPrivs:	0
Seccomp:	2
Seccomp_filters:	1
"""
LIMITS = """\
Limit                     Soft Limit           Hard Limit           Units
Max address space         8192                 8192                 bytes
Max core file size        0                    8192                 bytes
Max data size             8192                 8192                 bytes
Max file locks            8192                 8192                 locks
Max file size             8192                 8192                 bytes
Max locked memory         8192                 8192                 bytes
Max msgqueue size         8192                 8192                 bytes
Max nice priority         8192                 8192
Max open files            1024                 8192                 files
Max pending signals       8192                 8192                 signals
Max processes             8192                 8192                 processes
Max realtime priority     8192                 8192
Max resident set          8192                 8192                 bytes
Max stack size            8192                 8192                 bytes
"""
GROUP = {
    "memory.max": "50331648",
    "memory.high": "50331648",
    "memory.low": "50331648",
    "memory.min": "50331648",
    "memory.swap.max": "50331648",
    "pids.max": "20",
    "cpu.max": "50000 100000",
    "cpu.weight": "50",
    "io.weight": "default 50",
}


class FakeHost:
    """``layout`` leads into a folder with all of it; tests change what they need."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.process, self.first = root / "proc" / PID, root / "proc/1"
        self.group = root / "sys/fs/cgroup/system.slice" / UNIT
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        (root / "proc/kmsg").touch()
        self._write(self.first, 1, "/usr/lib/systemd/systemd", "/init.scope", HOST_MOUNTS, FIRST_STATUS)
        self._write(self.process, 2, "/usr/bin/demo", f"/system.slice/{UNIT}", PROCESS_MOUNTS, STATUS)
        self.group.mkdir(parents=True)
        for name, content in GROUP.items():
            (self.group / name).write_text(content + "\n")

    def share(self, kind: str) -> None:
        """Give the process the namespace of PID 1, and what it sees there."""
        namespace = self.process / "ns" / kind
        namespace.unlink()
        namespace.symlink_to(f"{kind}:[1]")
        if kind == "mnt":
            shutil.copy(str(self.first / "mountinfo"), str(self.process / "mountinfo"))

    def say(self, name: str, old: str, new: str) -> None:
        """Change a file of the process."""
        path = self.process / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def unmount(self, point: str) -> None:
        """Take a mount of the process away."""
        lines = (self.process / "mountinfo").read_text().splitlines(keepends=True)
        left = [line for line in lines if line.split()[4] != point]
        assert left != lines
        (self.process / "mountinfo").write_text("".join(left))

    @staticmethod
    def _write(folder: Path, namespace: int, executable: str, group: str, mounts: str, status: str) -> None:
        (folder / "ns").mkdir(parents=True)
        for kind in ("ipc", "mnt", "net", "user", "uts"):
            (folder / "ns" / kind).symlink_to(f"{kind}:[{namespace}]")
        (folder / "exe").symlink_to(executable)
        (folder / "cgroup").write_text(f"0::{group}\n")
        (folder / "mountinfo").write_text(mounts)
        (folder / "status").write_text(status)
        (folder / "limits").write_text(LIMITS)
        (folder / "oom_score_adj").write_text("100\n")
        (folder / "stat").write_text("77 (de) mo) S 1 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 3 1 0 12 1 1\n")
