# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a credential grants far more than any work of ours needs."""

from __future__ import annotations

from collections.abc import Callable

from ..administration import Administration
from ..failure import BroadCredentialError, PolicyDeniedError, WithoutTokenError

#: What exists nowhere: what a credential may do there it may do everywhere. A grant of one's own prefix is fine.
NOWHERE = "breadth-probe-of-nobody/probe"
NO_POLICY = "sys/policies/acl/breadth-probe-of-nobody"
_WRITES = frozenset({"create", "update", "patch", "delete", "sudo", "root"})
#: Path, what nobody needs there, and what it amounts to.
_TOO_MUCH = (
    (NOWHERE, _WRITES | {"read", "list"}, "every path"),
    (NO_POLICY, _WRITES, "every policy"),
    ("auth/token/create", _WRITES, "making tokens"),
    ("auth/token/create-orphan", _WRITES, "making tokens"),
    ("sys/raw/core", _WRITES | {"read", "list"}, "raw storage"),
    ("sys/seal", _WRITES, "sealing the server"),
)


def check_breadth(openbao: Administration) -> None:
    """Refuse root and what amounts to it. One request; four more at most when the credential cannot be asked about.

    Raises BroadCredentialError, which names the capability and what it is on.
    """
    try:
        given = openbao.capabilities([path for path, _capabilities, _what in _TOO_MUCH])
    except (PolicyDeniedError, WithoutTokenError):
        return _check_by_trying(openbao)
    for path, too_much, what in _TOO_MUCH:
        found = sorted(given[path] & too_much)
        if found:
            raise BroadCredentialError(openbao.server, f"{', '.join(found)} on {what}")
    return None


def _check_by_trying(openbao: Administration) -> None:
    """Read, list and delete what does not exist: denied for want of a policy, absent for who may do it anywhere."""
    tries: tuple[tuple[Callable[[str], object], str, str], ...] = (
        (openbao.get, NOWHERE, "read on every path"),
        (openbao.keys, NOWHERE, "list on every path"),
        (openbao.remove, NOWHERE, "delete on every path"),
        (openbao.remove, NO_POLICY, "delete on every policy"),
    )
    for attempt, path, what in tries:
        try:
            attempt(path)
        except PolicyDeniedError:
            continue
        raise BroadCredentialError(openbao.server, what)
