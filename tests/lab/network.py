# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge all hosts of the lab hang on."""

from __future__ import annotations

from ipaddress import IPv4Interface
from pathlib import Path

from .command import attempt, run
from .errors import LabError

BRIDGE = "flab0"
GATEWAY = IPv4Interface("10.77.0.1/24")
FIRST_HOST = 11
LAST_HOST = 250

#: Every guest's systemd takes a few inotify instances; the usual 128 end at 27 guests.
INOTIFY_INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
INOTIFY_INSTANCES_NEEDED = 1024


def address_of(number: int) -> str:
    """The address of the host with this number (1 is the first)."""
    last = FIRST_HOST + number - 1
    if not FIRST_HOST <= last <= LAST_HOST:
        raise LabError(f"host number {number}: the lab has addresses for 1 to {LAST_HOST - FIRST_HOST + 1}")
    return str(GATEWAY.network[last])


def up() -> None:
    """A bridge with our address that forwards at once; nothing changes when it is there."""
    if not is_up():
        attempt(["ip", "link", "del", BRIDGE])
        run(["ip", "link", "add", BRIDGE, "type", "bridge", "forward_delay", "0"])
        run(["ip", "addr", "add", str(GATEWAY), "dev", BRIDGE])
        run(["ip", "link", "set", BRIDGE, "up"])
    if int(INOTIFY_INSTANCES.read_text()) < INOTIFY_INSTANCES_NEEDED:
        INOTIFY_INSTANCES.write_text(str(INOTIFY_INSTANCES_NEEDED))


def is_up() -> bool:
    """The bridge exists, is up and has our address."""
    shown = attempt(["ip", "-oneline", "-4", "addr", "show", "dev", BRIDGE, "up"])
    return f" {GATEWAY} " in shown.stdout


def down() -> None:
    """No bridge."""
    attempt(["ip", "link", "del", BRIDGE])
