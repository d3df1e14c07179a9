# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fork asks: all that the client would need in the fork itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..openbao.resolution import ResolvedSecret


#: A ref pinned to the version that was read, and its value when values are wanted.
Row = tuple[str, str | None]


class Question(NamedTuple):
    """Refs, and who reads them where. The credential is named by its file: the reader opens it anew each time.

    No dataclass: making one takes each fork a millisecond.
    """

    connection: Mapping[str, Any]
    credentials_file: str
    deadline_seconds: float
    refs: Sequence[str]
    """None at all asks for a judgement of the credential alone."""
    is_revealed: bool
    """Whether values are wanted too, and not only the versions of the refs."""

    @property
    def is_inline(self) -> bool:
        """Whether no token comes of it. A token is made, used and revoked where it is needed, never kept."""
        auth = self.connection.get("auth")
        if not isinstance(auth, Mapping) or auth.get("method") == "token_file":
            return False
        return bool(auth.get("session", "inline") == "inline")

    def rows(self, secrets: Mapping[str, ResolvedSecret]) -> list[Row]:
        """The answer: one row per ref, in their order."""
        found = (secrets[ref] for ref in self.refs)
        return [(one.pinned, one.value.reveal() if self.is_revealed else None) for one in found]
