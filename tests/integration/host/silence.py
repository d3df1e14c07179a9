# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host falls silent: its network, all of it, or its sshd."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.fractalops.infra.tests.lab.command import run
from ansible_collections.fractalops.infra.tests.lab.container import Container

TABLE = "inet fractalops_silence"


@contextmanager
def frozen(container: Container) -> Iterator[None]:
    """Every process of it stands still; the kernel goes on to take connections for it."""
    container.freeze()
    try:
        yield
    finally:
        container.thaw()


@contextmanager
def cut(container: Container) -> Iterator[None]:
    """Nothing from or to it arrives, and nobody is told."""
    rules = "".join(
        f"chain {hook} {{ type filter hook {hook} priority 0; ip {side} {container.address} drop; }}\n"
        for hook, side in (("input", "saddr"), ("output", "daddr"))
    )
    run(["nft", "-f", "-"], stdin=f"table {TABLE} {{\n{rules}}}\n")
    try:
        yield
    finally:
        run(["nft", "delete", "table", *TABLE.split()])


@contextmanager
def stopped(container: Container) -> Iterator[None]:
    """Every sshd of it stands still, and the rest goes on."""
    container.attach(["/bin/sh", "-c", "pkill -STOP sshd"])
    try:
        yield
    finally:
        container.attach(["/bin/sh", "-c", "pkill -CONT sshd"])
