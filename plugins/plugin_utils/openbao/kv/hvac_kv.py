# SPDX-License-Identifier: GPL-3.0-or-later
"""hvac's KV v2 over our adapter, for all but the read of a value.

hvac brings requests, and both together take longer to import than twenty reads take. A play reads in every fork, so
what only reads does without.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from hvac.adapters import RawAdapter
from hvac.api.secrets_engines import KvV2

from ..adapter import AnswerAdapter
from ..answer import Answer


class Kv(Protocol):
    """What we use of it."""

    def read_secret_metadata(self, path: str, mount_point: str) -> Answer: ...

    def list_secrets(self, path: str, mount_point: str) -> Answer: ...

    def create_or_update_secret(self, path: str, secret: dict[str, str], cas: int, mount_point: str) -> Answer: ...

    def delete_latest_version_of_secret(self, path: str, mount_point: str) -> Answer: ...

    def delete_metadata_and_all_versions(self, path: str, mount_point: str) -> Answer: ...


def kv_v2(adapter: AnswerAdapter) -> Kv:
    """hvac's calls with our session, our answers and our failures."""
    return cast(Kv, KvV2(adapter=_Bridge(adapter)))


class _Bridge(RawAdapter):
    """Hands requests over. hvac's own set-up would look into VAULT_TOKEN, VAULT_CACERT and ~/.vault-token."""

    def __init__(self, adapter: AnswerAdapter) -> None:
        self._adapter = adapter

    def request(self, method: Any, url: Any, *_headers: Any, **settings: Any) -> Answer:
        return self._adapter.request(method, url, params=settings.get("params"), json=settings.get("json"))
