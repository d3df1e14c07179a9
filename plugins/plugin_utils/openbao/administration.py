# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain calls for mounts, policies and auth roles; no secret is ever in these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .answer import Answer
from .channel import Channel
from .failure import PolicyDeniedError, RefusedError, WithoutTokenError
from .place import check_path

_CAPABILITIES = "sys/capabilities-self"


class Administration(Channel):
    """``path`` is below ``/v1/``, such as ``sys/policies/acl/x``. All of it raises PlaceError or ServerError."""

    def get(self, path: str) -> Mapping[str, Any] | None:
        """The ``data`` at ``path``; None when there is nothing."""
        answer = self._call("get", path, "read")
        return answer.data if answer.status == 200 else None

    def keys(self, path: str) -> tuple[str, ...]:
        """Names below ``path``, sorted; nothing there is no names."""
        answer = self._call("list", path, "list")
        return answer.keys if answer.status == 200 else ()

    def put(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create or replace what is at ``path``; the ``data`` of the answer, if it has any."""
        answer = self._call("post", path, "update", json=dict(body))
        if answer.status == 404:
            raise RefusedError(path, answer.status)
        return answer.data

    def remove(self, path: str) -> None:
        """Delete what is at ``path``; nothing there is fine."""
        self._call("delete", path, "delete")

    def capabilities(self, paths: Sequence[str]) -> dict[str, frozenset[str]]:
        """What our token may do on each path, by its policies; ``deny`` when nothing, ``root`` when all.

        Raises WithoutTokenError with inline auth.
        """
        try:
            given = self.put(_CAPABILITIES, {"paths": list(paths)})
        except RefusedError as failure:
            raise (WithoutTokenError(_CAPABILITIES) if failure.status == 400 else failure) from None
        return {path: frozenset(given.get(path) or ("deny",)) for path in paths}

    def _call(self, method: str, path: str, capability: str, **settings: Any) -> Answer:
        check_path(path)
        answer = self._send(method, path, **settings)
        if answer.status == 403:
            raise PolicyDeniedError(path, capability, path)
        if answer.status not in (200, 204, 404):
            raise RefusedError(path, answer.status)
        return answer
