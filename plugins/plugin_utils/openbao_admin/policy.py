# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy of OpenBao, as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Stands for the accessor of the auth mount ``{}``, which only the server knows.
ACCESSOR = "accessor-of-{}"
_HEADER = "# Made from the topology by fractalops.infra for {}; change the topology, not this policy."
_OWNER = re.compile(re.escape(_HEADER).replace(r"\{\}", r"([a-z0-9-]+)"))


@dataclass(frozen=True, order=True, slots=True)
class Grant:
    """What may be done at one path, written as the API spells it; never a pattern."""

    path: str
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Grants under one name; ``owner`` is the prefix it belongs to."""

    name: str
    owner: str
    grants: tuple[Grant, ...]

    @classmethod
    def of(cls, name: str, owner: str, granted: Iterable[tuple[str, str]]) -> Policy:
        """From pairs of path and capability, in any order and as often as they come."""
        paths: dict[str, set[str]] = {}
        for path, capability in granted:
            paths.setdefault(path, set()).add(capability)
        return cls(name, owner, tuple(Grant(path, tuple(sorted(paths[path]))) for path in sorted(paths)))

    @property
    def text(self) -> str:
        """The policy in HCL; the first line says whose it is."""
        return f"{_HEADER.format(self.owner)}\n" + "".join(_stanza(grant) for grant in self.grants)

    @property
    def paths(self) -> tuple[str, ...]:
        """Where something is allowed."""
        return tuple(grant.path for grant in self.grants)


def owner_of(text: str) -> str | None:
    """The prefix in the first line of a policy of ours; None for everybody else's."""
    match = _OWNER.fullmatch(text.partition("\n")[0])
    return match[1] if match else None


def with_accessors(text: str, accessors: Mapping[str, str]) -> str:
    """``text`` with the accessors of the auth mounts that exist."""
    for mount, accessor in accessors.items():
        text = text.replace(f".{ACCESSOR.format(mount)}.", f".{accessor}.")
    return text


def _stanza(grant: Grant) -> str:
    listed = ", ".join(f'"{capability}"' for capability in grant.capabilities)
    return f'\npath "{grant.path}" {{\n  capabilities = [{listed}]\n}}\n'
