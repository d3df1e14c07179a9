# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node runs for one of its containers: command lines only, nothing is run here."""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: A command gets this and nothing of the node's own.
ENVIRONMENT = (
    "/usr/bin/env",
    "-i",
    "HOME=/root",
    "LANG=C.UTF-8",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
)
#: Longer than any single step of ours; ends what hangs in a container that is half dead.
STEP_SECONDS = 300


class Container(ABC):
    """One container as its node knows it."""

    @abstractmethod
    def state(self) -> str:
        """A command that prints ``running``, ``stopped`` or another word, in any case of letters."""

    @abstractmethod
    def start(self) -> str:
        """A command that boots it."""

    @abstractmethod
    def inside(self, command: str) -> str:
        """``command`` in the running container."""

    @abstractmethod
    def at_rest(self, command: str) -> str:
        """``command`` in the root file system of the stopped container; nothing of it boots."""


@dataclass(frozen=True)
class LxcContainer(Container):
    """Plain LXC."""

    path: str
    name: str

    def state(self) -> str:
        """Of lxc-info."""
        return self._tool("lxc-info", "--state", "--no-humanize")

    def start(self) -> str:
        """As a daemon."""
        return self._tool("lxc-start", "--daemon")

    def inside(self, command: str) -> str:
        """By lxc-attach."""
        return _bounded(self._tool("lxc-attach", "--clear-env", "--", *ENVIRONMENT, "/bin/sh", "-c", command))

    def at_rest(self, command: str) -> str:
        """By lxc-execute: it mounts whatever the root file system is made of, maps the users of an unprivileged
        container, and takes everything away when the command ends, however it ends."""
        return _bounded(self._tool("lxc-execute", "--", *ENVIRONMENT, "/bin/sh", "-c", command))

    def _tool(self, tool: str, *arguments: str) -> str:
        return shlex.join([tool, "--lxcpath", self.path, "--name", self.name, *arguments])


#: pct mounts the volumes; the rest is what lxc-execute does by itself. An unprivileged container of Proxmox has the
#: users 100000 and up, unless its configuration maps others, which we refuse rather than guess.
_PROXMOX_AT_REST = """\
set -eu
id=$1 root=/var/lib/lxc/$1/rootfs
shift
if pct config "$id" | grep -q '^lxc.idmap'; then echo "container $id maps users of its own" >&2; exit 125; fi
users=
if pct config "$id" | grep -q '^unprivileged: 1'; then users='lxc-usernsexec -m b:0:100000:65536 --'; fi
pct mount "$id" >/dev/null
trap 'pct unmount "$id" >/dev/null' EXIT
unshare --mount -- /bin/sh -ec '
  root=$1 users=$2
  shift 2
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  exec $users chroot "$root" "$@"
' sh "$root" "$users" "$@"
"""


@dataclass(frozen=True)
class ProxmoxContainer(Container):
    """Proxmox VE."""

    number: int

    def state(self) -> str:
        """Of pct, which says ``status: running``."""
        return f"pct status {self.number} | sed 's/^status: //'"

    def start(self) -> str:
        """By pct."""
        return f"pct start {self.number}"

    def inside(self, command: str) -> str:
        """By pct exec."""
        return _bounded(shlex.join(["pct", "exec", str(self.number), "--", *ENVIRONMENT, "/bin/sh", "-c", command]))

    def at_rest(self, command: str) -> str:
        """By pct mount and a change of root."""
        words = ["/bin/sh", "-c", _PROXMOX_AT_REST, "sh", str(self.number), *ENVIRONMENT, "/bin/sh", "-c", command]
        return _bounded(shlex.join(words))


def container_of(asset: Mapping[str, Any], containers: Mapping[str, Any]) -> Container:
    """The container of ``runtime_asset``, on a node whose ``containers`` these are in ``topology_nodes``."""
    if containers["type"] == "proxmox":
        return ProxmoxContainer(int(asset["container_id"]))
    return LxcContainer(str(containers["path"]), str(asset.get("container_name") or asset["container_id"]))


def _bounded(command: str) -> str:
    return f"timeout --kill-after=5 {STEP_SECONDS} {command}"
