# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential that writes policies cannot bind them, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..openbao import OpenBao
from ..openbao.failure import PolicyDeniedError, RefusedError, WithoutTokenError
from ..openbao_admin import OpenBaoDocuments
from .policy_store import POLICIES
from .refusal import PowerError

_WRITES = frozenset({"create", "update", "patch", "sudo", "root"})
#: Bodies the server refuses (400), but only after the policies of the caller (403); measured on 2.7.2.
#: A field of the wrong type would not do, it is refused before them.
_NO_POLICY: Mapping[str, Any] = {"policy": ""}
_NO_ROLE: Mapping[str, Any] = {"token_type": "none of them"}


def require_separation(openbao: OpenBao, documents: OpenBaoDocuments) -> None:
    """Raises PowerError when this credential can write a policy of ours and a role that has it.

    Asks for its capabilities; with inline auth there is no token to ask about, so each write is tried with a
    body that the server cannot accept. Nothing is changed either way.
    """
    bound = sorted({policy for role in documents.auth_roles for policy in role.policies})
    policy = _first_writable(openbao, [f"{POLICIES}/{name}" for name in bound], _NO_POLICY)
    role = policy and _first_writable(openbao, [role.path for role in documents.auth_roles], _NO_ROLE)
    if policy and role:
        raise PowerError(f"the credential can write {policy!r} and {role!r}")


def _first_writable(openbao: OpenBao, paths: Sequence[str], unacceptable: Mapping[str, Any]) -> str | None:
    try:
        given = openbao.capabilities(paths) if paths else {}
    except (PolicyDeniedError, WithoutTokenError):
        return next((path for path in paths if _is_writable(openbao, path, unacceptable)), None)
    return next((path for path in paths if given[path] & _WRITES), None)


def _is_writable(openbao: OpenBao, path: str, unacceptable: Mapping[str, Any]) -> bool:
    try:
        openbao.put(path, unacceptable)
    except PolicyDeniedError:
        return False
    except RefusedError as failure:
        return failure.status == 400
    return True
