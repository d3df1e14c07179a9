# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fork asks: all that the client would need in the fork itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..openbao.resolution import ResolvedSecret


class Question(NamedTuple):
    """Refs, and who reads them where. The credential is named by its file: the reader opens it anew each time.

    No dataclass: making one takes each fork a millisecond.
    """

    connection: Mapping[str, Any]
    credentials_file: str
    deadline_seconds: float
    refs: Sequence[str]
    is_revealed: bool
    """Whether values are wanted, or the refs pinned to their versions."""

    @property
    def is_inline(self) -> bool:
        """Whether no token comes of it. A token is made, used and revoked where it is needed, never kept."""
        auth = self.connection.get("auth")
        if not isinstance(auth, Mapping) or auth.get("method") == "token_file":
            return False
        return bool(auth.get("session", "inline") == "inline")

    def strings(self, secrets: Mapping[str, ResolvedSecret]) -> list[str]:
        """The answer: a value, or a pinned ref, per ref."""
        found = (secrets[ref] for ref in self.refs)
        return [one.value.reveal() if self.is_revealed else one.pinned for one in found]
