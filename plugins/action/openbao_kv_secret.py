# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes, patches or removes one secret of KV v2."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import (
    Extent,
    GivenSecret,
    GivenSecrets,
    SecretPath,
    reconcile_again_on_conflict,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State
from ansible_collections.fractalops.infra.plugins.plugin_utils.secret_ref import MalformedRefError, SecretRef
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask, mount_of


class ActionModule(OpenBaoTask):
    """One secret, one plan; values stay opaque."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "path": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "patched", "absent"], "default": "present"},
        "values": {"type": "dict", "default": {}, "no_log": True},
        "copied_from": {"type": "dict", "default": {}},
        "history": {"type": "str", "choices": ["kept", "removed"], "default": "kept"},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Plan, bound, apply."""
        where = SecretPath(mount_of(args), str(args["path"]))
        state = State.ABSENT if args["state"] == "absent" else State.PRESENT
        store = GivenSecrets(openbao, keeps_history=args["history"] == "kept")
        desired = GivenSecret(where) if state is State.ABSENT else _desired(openbao, where, args)
        done = reconcile_again_on_conflict(store, desired, state, check=self._task.check_mode)
        return {
            "changed": done["changed"],
            "diff": done["diff"],
            "secret": str(where),
            "version": store.outline.version if store.outline else 0,
            "keys": sorted(store.outline.keys) if store.outline else [],
        }


def _desired(openbao: OpenBao, where: SecretPath, args: dict[str, Any]) -> GivenSecret:
    """The values that are given and those that are copied. Raises InfraError with every reason why not."""
    given, copied = args["values"], {str(key): str(ref) for key, ref in args["copied_from"].items()}
    reasons = [f"{where}: {reason}" for reason in _objections(where, given, copied)]
    if reasons:
        raise InfraError("\n".join(reasons))
    resolution = resolve(openbao, copied.values())
    values = {str(key): Secret(str(value)) for key, value in given.items()}
    values |= {key: resolution.secrets[ref].value for key, ref in copied.items()}
    return GivenSecret(where, values, Extent(str(args["state"])))


def _objections(where: SecretPath, given: dict[Any, Any], copied: dict[str, str]) -> list[str]:
    reasons = [f"key {key!r} is both in values and in copied_from; keep one" for key in sorted(given.keys() & copied)]
    if not given and not copied:
        reasons.append("nothing to write; give values or copied_from, or state absent")
    for number, (key, value) in enumerate((*given.items(), *copied.items()), start=1):
        try:
            SecretRef.parse(where.ref(str(key)))
        except MalformedRefError:
            reasons.append(f"key {number} or the path is no part of a ref; use letters, digits, _ - and .")
        else:
            if not isinstance(value, str):
                reasons.append(f"the value of key {key!r} is not text; quote it")
    return reasons
