# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and client configuration to reach the hosts of the lab, and nothing of the user's own."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from .command import attempt, run
from .container import Container
from .errors import LabError
from .place import SSH, read, write_private

KEY = SSH / "id_ed25519"
HOST_KEY = SSH / "host_ed25519"
KNOWN_HOSTS = SSH / "known_hosts"
CONFIG = SSH / "config"

BOOT_STATE = "systemctl is-system-running --wait"

COMMON = f"""\
Host *
  User root
  IdentityFile {KEY}
  IdentitiesOnly yes
  UserKnownHostsFile {KNOWN_HOSTS}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  ConnectTimeout 5
  LogLevel ERROR
"""


def ensure_keys() -> None:
    """A login key, a host key all guests share, and the known_hosts line that goes with it."""
    SSH.mkdir(parents=True, exist_ok=True)
    SSH.chmod(0o700)
    for key, comment in ((KEY, "lab-login"), (HOST_KEY, "lab-host")):
        if not (key.exists() and public(key).exists()):
            key.unlink(missing_ok=True)
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(key)])
    write_private(KNOWN_HOSTS, f"10.77.0.* {' '.join(read(public(HOST_KEY)).split()[:2])}\n")


def public(key: Path) -> Path:
    """The public half."""
    return key.with_name(f"{key.name}.pub")


def write_config(containers: Iterable[Container]) -> None:
    """Client configuration with one alias per host; works with ``ssh -F``, scp, rsync and Ansible."""
    aliases = "".join(f"Host {c.name}\n  HostName {c.address}\n" for c in containers)
    write_private(CONFIG, aliases + COMMON)


def login(container: Container, command: str, *, timeout_seconds: float = 30) -> str:
    """Standard output of a shell command on the host; raises when it fails."""
    return run(["ssh", "-F", str(CONFIG), container.address, command], timeout_seconds=timeout_seconds)


def wait(container: Container, *, timeout_seconds: float = 60) -> str:
    """Wait until the host lets us in and has finished booting; returns the state systemd reports."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        asked = attempt(["ssh", "-F", str(CONFIG), container.address, BOOT_STATE], timeout_seconds=timeout_seconds)
        if asked.returncode != 255 and asked.stdout.strip() not in ("", "offline", "unknown"):
            return asked.stdout.strip()
        time.sleep(0.1)
    raise LabError(f"{container.name}: no ssh at {container.address} within {timeout_seconds:g} s")
