# SPDX-License-Identifier: GPL-3.0-or-later
"""What every group of calls stands on: one adapter, and whom it speaks to."""

from __future__ import annotations

from typing import Any, Protocol

from hvac.api.secrets_engines import KvV2

from .adapter import AnswerAdapter
from .answer import Answer
from .failure import ForeignAnswerError


class _Kv(Protocol):
    """What we use of hvac's KV v2."""

    def read_secret_version(
        self, path: str, version: int | None, mount_point: str, *, raise_on_deleted_version: bool
    ) -> Answer: ...

    def read_secret_metadata(self, path: str, mount_point: str) -> Answer: ...

    def list_secrets(self, path: str, mount_point: str) -> Answer: ...

    def create_or_update_secret(self, path: str, secret: dict[str, str], cas: int, mount_point: str) -> Answer: ...

    def delete_latest_version_of_secret(self, path: str, mount_point: str) -> Answer: ...

    def delete_metadata_and_all_versions(self, path: str, mount_point: str) -> Answer: ...


class Channel:
    """An adapter with hvac's KV v2 over it."""

    def __init__(self, adapter: AnswerAdapter, server: str) -> None:
        self._adapter, self._server = adapter, server
        self._kv: _Kv = KvV2(adapter=adapter)

    @property
    def server(self) -> str:
        """The address, for messages."""
        return self._server

    def _send(self, method: str, path: str, **settings: Any) -> Answer:
        """One request to ``/v1/<path>``."""
        return self._adapter.request(method, f"/v1/{path}", **settings)

    def _foreign(self, answer: Answer, what: str) -> ForeignAnswerError:
        return ForeignAnswerError(self._server, answer.status, what)
