# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the lab: Debian 12 with systemd and sshd, reached as root by key."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from . import container, image, network, ssh
from .claim import claim, hold
from .container import Container
from .errors import LabError
from .progress import say, step

Result = TypeVar("Result")
#: Settings of LXC: nobody may make a namespace, as in many container hosts, or as LXC has it by itself.
WITHOUT_NAMESPACES = f"lxc.seccomp.profile = {Path(__file__).with_name('no_namespaces.seccomp')}"
WITH_NAMESPACES = "lxc.seccomp.profile = /usr/share/lxc/config/common.seccomp"


def up(count: int, prefix: str = "lab", first: int = 1) -> tuple[Container, ...]:
    """Fresh hosts ``<prefix>-<first>`` …, number 1 at 10.77.0.11; any with this prefix or these addresses are gone."""
    wanted = tuple(Container(f"{prefix}-{n}", network.address_of(n)) for n in range(first, first + count))
    with claim():
        network.up()
        ssh.ensure_keys()
        base = image.directory()
        _make_room(wanted, prefix)
        with step(f"starting {count} hosts"):
            for one in wanted:
                one.create(base)
            ssh.write_config(container.present())
            _each(wanted, Container.start)
            states = _each(wanted, ssh.wait)
    for one, state in zip(wanted, states, strict=True):
        say(f"{one.name} at {one.address}: {state}")
    return wanted


def down(prefix: str | None = None) -> None:
    """No hosts any more, or none with this prefix."""
    with claim():
        gone = tuple(c for c in container.present() if prefix is None or _has_prefix(c, prefix))
        _each(gone, Container.destroy)
        ssh.write_config(container.present())
    say(f"hosts removed: {', '.join(c.name for c in gone) or 'none were there'}")


def reboot(name: str, *settings: str) -> str:
    """Cut the power, boot again with further settings of LXC, wait for ssh; returns the state systemd reports."""
    with hold():
        one = find(name)
        one.kill()
        one.configure(*settings)
        one.start()
        return ssh.wait(one)


def find(name: str) -> Container:
    """The host with this name."""
    there = {c.name: c for c in container.present()}
    if name not in there:
        raise LabError(f"host {name}: not in the lab; there are: {', '.join(there) or 'none'}")
    return there[name]


def _make_room(wanted: tuple[Container, ...], prefix: str) -> None:
    addresses = {c.address for c in wanted}
    in_the_way = tuple(c for c in container.present() if _has_prefix(c, prefix) or c.address in addresses | {""})
    if in_the_way:
        say(f"removing hosts of before: {', '.join(c.name for c in in_the_way)}")
        _each(in_the_way, Container.destroy)


def _has_prefix(one: Container, prefix: str) -> bool:
    return one.name.rpartition("-")[0] == prefix


def _each(containers: tuple[Container, ...], act: Callable[[Container], Result]) -> list[Result]:
    with ThreadPoolExecutor(max_workers=max(1, min(8, len(containers)))) as pool:
        return list(pool.map(act, containers))
