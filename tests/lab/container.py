# SPDX-License-Identifier: GPL-3.0-or-later
"""One LXC container: a thin layer of its own over the shared base image."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from .command import attempt, run
from .errors import LabError
from .network import BRIDGE, GATEWAY
from .place import CONTAINERS

#: ``cgroup:mixed:force`` is what makes limits such as CPUQuota= work in the guest.
CONFIG = """\
# address = {address}
lxc.include = /usr/share/lxc/config/common.conf
lxc.uts.name = {name}
lxc.rootfs.path = overlay:{base}:{delta}
lxc.mount.auto =
lxc.mount.auto = cgroup:mixed:force proc:mixed sys:mixed
lxc.net.0.type = veth
lxc.net.0.link = {bridge}
lxc.net.0.flags = up
lxc.net.0.name = eth0
lxc.net.0.hwaddr = {hardware_address}
lxc.net.0.ipv4.address = {address}/{prefix_length}
lxc.net.0.ipv4.gateway = {gateway}
lxc.apparmor.profile = unconfined
lxc.signal.halt = SIGRTMIN+3
"""


@dataclass(frozen=True)
class Container:
    """A host of the lab as LXC sees it."""

    name: str
    address: str

    @property
    def directory(self) -> Path:
        return CONTAINERS / self.name

    def create(self, base: Path) -> None:
        """A fresh, stopped container."""
        delta = self.directory / "delta"
        delta.mkdir(parents=True)
        text = CONFIG.format(
            address=self.address,
            hardware_address=_hardware_address(self.address),
            name=self.name,
            base=base,
            delta=delta,
            bridge=BRIDGE,
            prefix_length=GATEWAY.network.prefixlen,
            gateway=GATEWAY.ip,
        )
        (self.directory / "config").write_text(text)

    def configure(self, *lines: str) -> None:
        """Settings of LXC that hold from the next start; a key that is written twice counts as it was written last."""
        with (self.directory / "config").open("a") as config:
            config.write("".join(line + "\n" for line in lines))

    def start(self) -> None:
        """Boot it; returns once its PID 1 runs."""
        log = self.directory / "start.log"
        started = attempt([*self._lxc("lxc-start"), "--daemon", "--logfile", str(log)], timeout_seconds=30)
        if started.returncode != 0:
            said = log.read_text(errors="replace") if log.exists() else started.stderr
            raise LabError(f"{self.name}: did not start; LXC said: {said[-1500:].strip()}")

    def kill(self) -> None:
        """Power off without a shutdown, as a crash would."""
        if self.is_running():
            run([*self._lxc("lxc-stop"), "--kill"], timeout_seconds=30)

    def freeze(self) -> None:
        """Stop every process where it is, as a snapshot or a starved parent does."""
        run(self._lxc("lxc-freeze"), timeout_seconds=30)

    def thaw(self) -> None:
        """Let them go on."""
        run(self._lxc("lxc-unfreeze"), timeout_seconds=30)

    def is_running(self) -> bool:
        return attempt([*self._lxc("lxc-info"), "--state", "--no-humanize"]).stdout.strip() not in ("", "STOPPED")

    def destroy(self) -> None:
        """Power off and forget; fine for what is half there."""
        self.kill()
        shutil.rmtree(self.directory)

    def attach(self, argv: list[str], *, timeout_seconds: float = 60, stdin: str | None = None) -> str:
        """Standard output of a command run inside, without ssh."""
        return run(self.inside(argv), timeout_seconds=timeout_seconds, stdin=stdin)

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs another one inside."""
        return [*self._lxc("lxc-attach"), "--clear-env", "--", *argv]

    def _lxc(self, tool: str) -> list[str]:
        return [tool, "--lxcpath", str(CONTAINERS), "--name", self.name]


def present() -> tuple[Container, ...]:
    """Every container there is, in the order of their addresses; a half-made one has no address."""
    found = [Container(directory.name, _address(directory)) for directory in CONTAINERS.glob("*/")]
    return tuple(sorted(found, key=lambda c: (len(c.address), c.address)))


def _hardware_address(address: str) -> str:
    """The same card after a reboot, so that nobody waits for a neighbour's cache to forget the old one."""
    return ":".join(("0a", "fc", *(f"{byte:02x}" for byte in ip_address(address).packed)))


def _address(directory: Path) -> str:
    config = directory / "config"
    return config.read_text().partition("\n")[0].rpartition(" ")[2] if config.exists() else ""
