# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of an inventory: who is in which group, and who is left by ``--limit``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: Groups that only a topology makes.
KINDS = ("kind_lxc", "kind_cluster", "kind_control_plane")
#: More names than these tell nobody anything.
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Estate:
    """Groups with their hosts, and the hosts that Ansible leaves under the limit."""

    groups: Mapping[str, Sequence[str]]
    within_limit: frozenset[str]

    @property
    def is_of_a_topology(self) -> bool:
        """Whether the inventory plugin made any of it."""
        return any(self.groups.get(kind) for kind in KINDS)

    def hosts(self, pattern: str) -> Iterator[str]:
        """Hosts of ``pattern``, which is names of groups and hosts with colons between them, whatever the limit."""
        for name in pattern.split(":"):
            yield from self.groups.get(name) or [one for one in self.groups.get("all", ()) if one == name]

    def has(self, pattern: str) -> bool:
        """Whether the topology has a host of ``pattern``."""
        return any(True for _host in self.hosts(pattern))

    def leaves(self, pattern: str) -> bool:
        """Whether the limit leaves a host of ``pattern``."""
        return any(host in self.within_limit for host in self.hosts(pattern))

    def described(self, pattern: str) -> str:
        """``kind_lxc (web-1, web-2)``; a host is its name."""
        return " and ".join(self._described(name) for name in pattern.split(":"))

    def _described(self, name: str) -> str:
        hosts = list(self.groups.get(name, ()))
        if not hosts:
            return name
        more = f" and {len(hosts) - _MOST_NAMES} more" if len(hosts) > _MOST_NAMES else ""
        return f"{name} ({', '.join(hosts[:_MOST_NAMES])}{more})"
