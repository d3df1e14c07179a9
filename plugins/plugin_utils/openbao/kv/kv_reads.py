# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of a KV v2 engine: values, and what can be known without them."""

from __future__ import annotations

from ..answer import Answer
from ..channel import Channel
from ..failure import AbsentVersionError, MissingPathError, OpenBaoError, UnexpectedVersionError
from ..place import check_path, place
from .kv_answer import check_absence, data_and_metadata, refusal, removal
from .secret_metadata import SecretMetadata
from .secret_version import SecretVersion


class KvReads(Channel):
    """All of it raises PlaceError when this path cannot be read, ServerError when none can."""

    def read(self, mount: str, path: str, version: int | None = None) -> SecretVersion:
        """One version of the secret at ``path``, the newest unless given. One request unless it fails."""
        check_path(mount, path)
        answer = self._send("get", f"{mount}/data/{path}", params={"version": version} if version else None)
        if answer.status != 200:
            raise self._unread(answer, mount, path, version)
        return self._secret_version(answer, mount, path, version)

    def read_metadata(self, mount: str, path: str) -> SecretMetadata | None:
        """Versions, times and custom metadata; None when there is no such secret. Needs read on metadata only."""
        check_path(mount, path)
        answer = self._kv.read_secret_metadata(path=path, mount_point=mount)
        if answer.status == 200:
            metadata = SecretMetadata.of(answer.data)
            if metadata is None:
                raise self._foreign(answer, f"not the shape of KV v2 at mount {mount!r}")
            return metadata
        check_absence(answer, place(mount, path), "read", f"{mount}/metadata/{path}")
        return None

    def read_subkeys(self, mount: str, path: str, version: int | None = None) -> frozenset[str] | None:
        """Names of the keys, without values; None when there is no such secret or its version is gone."""
        check_path(mount, path)
        params = {"depth": 1, **({"version": version} if version else {})}
        answer = self._send("get", f"{mount}/subkeys/{path}", params=params)
        if answer.status == 200:
            subkeys = answer.data.get("subkeys")
            if not isinstance(subkeys, dict):
                raise self._foreign(answer, f"not the shape of KV v2 at mount {mount!r}")
            return frozenset(subkeys)
        check_absence(answer, place(mount, path, version), "read", f"{mount}/subkeys/{path}")
        return None

    def list(self, mount: str, path: str = "") -> tuple[str, ...]:
        """Names below ``path``, sorted; folders end in "/"; nothing there is no names."""
        check_path(mount, *([path] if path else []))
        answer = self._kv.list_secrets(path=path, mount_point=mount)
        if answer.status == 200:
            return answer.keys
        check_absence(answer, place(mount, path), "list", f"{mount}/metadata/{path}")
        return ()

    def _secret_version(self, answer: Answer, mount: str, path: str, version: int | None) -> SecretVersion:
        data, metadata = data_and_metadata(answer)
        given = metadata.get("version")
        if not isinstance(data, dict) or type(given) is not int or given < 1:
            raise self._foreign(answer, f"not the shape of KV v2 at mount {mount!r}")
        if version not in (None, given):
            raise UnexpectedVersionError(place(mount, path, version), int(version or 0), given)
        return SecretVersion.of(given, data)

    def _unread(self, answer: Answer, mount: str, path: str, version: int | None) -> OpenBaoError:
        """Why there is no version to give, in words of its own for each reason."""
        where = place(mount, path, version)
        return (
            refusal(answer, where, "read", f"{mount}/data/{path}")
            or removal(answer, where)
            or self._absence(mount, path, version)
        )

    def _absence(self, mount: str, path: str, version: int | None) -> OpenBaoError:
        """Tells an absent version from an absent path, which OpenBao does not; costs one read of metadata."""
        if version is None:
            return MissingPathError(place(mount, path))
        status = self._kv.read_secret_metadata(path=path, mount_point=mount).status
        if status == 404:
            return MissingPathError(place(mount, path, version))
        return AbsentVersionError(place(mount, path, version), version, is_path_known=status == 200)
