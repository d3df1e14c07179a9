# SPDX-License-Identifier: GPL-3.0-or-later
"""What every group of calls stands on: one adapter, and whom it speaks to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from .adapter import AnswerAdapter
from .answer import Answer
from .failure import ForeignAnswerError

if TYPE_CHECKING:
    from .kv.hvac_kv import Kv


class Channel:
    """An adapter, and hvac's KV v2 over it for callers that need more than a value."""

    def __init__(self, adapter: AnswerAdapter, server: str) -> None:
        self._adapter, self._server = adapter, server

    @property
    def server(self) -> str:
        """The address, for messages."""
        return self._server

    @cached_property
    def _kv(self) -> Kv:
        from .kv.hvac_kv import kv_v2

        return kv_v2(self._adapter)

    def _send(self, method: str, path: str, **settings: Any) -> Answer:
        """One request to ``/v1/<path>``."""
        return self._adapter.request(method, f"/v1/{path}", **settings)

    def _foreign(self, answer: Answer, what: str) -> ForeignAnswerError:
        return ForeignAnswerError(self._server, answer.status, what)
