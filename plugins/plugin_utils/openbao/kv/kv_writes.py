# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes to a KV v2 engine, by check-and-set only. None is ever tried again: the planner reads again first."""

from __future__ import annotations

from collections.abc import Mapping

from ..answer import Answer
from ..channel import Channel
from ..failure import MissingPathError
from ..place import check_path, place
from ..secret import Secret
from .kv_answer import check_absence, refusal

_MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


class KvWrites(Channel):
    """All of it raises CasConflictError, another PlaceError, or ServerError."""

    def write(self, mount: str, path: str, values: Mapping[str, Secret], cas: int) -> int:
        """A whole new version that follows version ``cas``; 0 creates the secret. Returns the new version."""
        check_path(mount, path)
        data = {key: value.reveal() for key, value in values.items()}
        answer = self._kv.create_or_update_secret(path=path, secret=data, cas=cas, mount_point=mount)
        return self._written(answer, mount, path, "update" if cas else "create")

    def patch(self, mount: str, path: str, values: Mapping[str, Secret | None], cas: int) -> int:
        """Version ``cas`` with these keys set, or removed by None; the others are not read. Returns the new version.

        hvac's own patch reads the secret first, so it would need read on it. Source: RFC 7396.
        """
        check_path(mount, path)
        data = {key: None if value is None else value.reveal() for key, value in values.items()}
        body = {"data": data, "options": {"cas": cas}}
        answer = self._send("patch", f"{mount}/data/{path}", json=body, headers=dict(_MERGE_PATCH))
        return self._written(answer, mount, path, "patch")

    def delete(self, mount: str, path: str) -> None:
        """Soft-delete the newest version; nothing there is fine."""
        check_path(mount, path)
        answer = self._kv.delete_latest_version_of_secret(path=path, mount_point=mount)
        self._removed(answer, mount, path, "data")

    def delete_all(self, mount: str, path: str) -> None:
        """Remove metadata and every version, for good; nothing there is fine."""
        check_path(mount, path)
        answer = self._kv.delete_metadata_and_all_versions(path=path, mount_point=mount)
        self._removed(answer, mount, path, "metadata")

    def _written(self, answer: Answer, mount: str, path: str, capability: str) -> int:
        if answer.status == 200:
            version = answer.data.get("version")
            if type(version) is not int:
                raise self._foreign(answer, f"not the shape of KV v2 at mount {mount!r}")
            return version
        where = place(mount, path)
        raise refusal(answer, where, capability, f"{mount}/data/{path}") or MissingPathError(where)

    def _removed(self, answer: Answer, mount: str, path: str, part: str) -> None:
        if answer.status != 204:
            check_absence(answer, place(mount, path), "delete", f"{mount}/{part}/{path}")
