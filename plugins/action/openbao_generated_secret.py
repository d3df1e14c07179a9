# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes keys of one secret by recipes, once; makes them again only when asked to."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import consumers, declared_secrets
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv.rotation import rotated_consumers
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import (
    GeneratedSecret,
    GeneratedSecrets,
    SecretPath,
    reconcile_again_on_conflict,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.recipe import Recipe, recipe
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask, mount_of, plain
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology

RECIPE = {
    "key": {"type": "str", "required": True, "no_log": False},
    "type": {"type": "str", "required": True, "choices": ["age", "nkey", "password", "ssh_key", "tls"]},
    "length": {"type": "int"},
    "alphabet": {"type": "str", "choices": ["letters-digits", "hex", "base64url"]},
    "kind": {"type": "str", "choices": ["user", "account", "operator", "server"]},
    "common_name": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "valid_days": {"type": "int"},
}


class ActionModule(OpenBaoTask):
    """One secret; its values are never read, not even to make new ones."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "path": {"type": "str", "required": True},
        "recipes": {"type": "list", "elements": "dict", "options": RECIPE, "default": []},
        "rotate": {"type": "list", "elements": "str", "default": []},
        "topology": {"type": "path"},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Plan, apply, and say who has to follow."""
        where, rotated = SecretPath(mount_of(args), str(args["path"])), frozenset(map(str, args["rotate"]))
        topology = load_topology(str(args["topology"])).topology if args["topology"] else None
        recipes = _given(plain(args["recipes"])) if args["recipes"] else _declared(topology, where)
        if rotated and topology is None:
            raise InfraError("topology: is missing; a rotation lists who uses the secret, so name the topology")
        store = GeneratedSecrets(openbao)
        desired = GeneratedSecret(where, recipes, rotated)
        done = reconcile_again_on_conflict(store, desired, State.PRESENT, check=self._task.check_mode)
        new_keys = store.outline.new_keys if store.outline else frozenset()
        followers = rotated_consumers(consumers(topology), where.mount, where.path, new_keys) if topology else []
        return {
            "changed": done["changed"],
            "diff": done["diff"],
            "secret": str(where),
            "version": store.outline.version if store.outline else 0,
            "generated": sorted(new_keys),
            "consumers": followers if done["changed"] else [],
        }


def _given(options: list[dict[str, Any]]) -> dict[str, Recipe]:
    return {
        one["key"]: recipe({name: value for name, value in one.items() if name != "key" and value is not None})
        for one in options
    }


def _declared(topology: Topology | None, where: SecretPath) -> dict[str, Recipe]:
    """The recipes the topology has for this secret. Raises InfraError when it has none."""
    for secret in declared_secrets(topology) if topology else ():
        if (secret.mount, secret.path) == (where.mount, where.path) and secret.generated:
            return {key: recipe(data) for key, data in secret.generated.items()}
    raise InfraError(f"{where}: has no recipes; give recipes, or declare them in openbao.scopes of the topology")
