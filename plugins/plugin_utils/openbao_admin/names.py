# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of what we make, and how to tell them from the names of others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text import ID

#: What follows the prefix. Closed, so that what belongs to prefix ``lab-2`` is not taken for ``lab``'s.
_POLICY = re.compile(rf"controller|status|writer|fleet|device|host-{ID}|cluster-{ID}")
#: Which policies a role of each method may have when we made it.
_POLICY_OF = {
    "approle": re.compile(r"controller|status|writer|fleet"),
    "kubernetes": re.compile(rf"cluster-{ID}"),
    "jwt": re.compile(r"fleet|device"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Names that start with one prefix."""

    prefix: str

    def of(self, *words: str) -> str:
        """Such as ``<prefix>-host-web-1``."""
        return "-".join((self.prefix, *words))

    def has_policy(self, name: str) -> bool:
        """Whether we could have given a policy this name."""
        return self._matches(name, _POLICY)

    def has_role_policy(self, method: str, policy: str) -> bool:
        """Whether we could have given a role of this auth method that policy."""
        return self._matches(policy, _POLICY_OF[method])

    def _matches(self, name: str, kinds: re.Pattern[str]) -> bool:
        rest = name.removeprefix(f"{self.prefix}-")
        return rest != name and kinds.fullmatch(rest) is not None
