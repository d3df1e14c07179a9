# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a sealed bundle of the secrets of hosts, or says whether one is good for a host."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    ACTIONS,
    BundleContents,
    BundleLog,
    BundleRefusedError,
    BundleStore,
    Policy,
    SigningKey,
    Use,
    read_identity,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.judged_client import judged_client
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import refuse_exposed_tokens
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.topology import TopologyTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology


class ActionModule(TopologyTask):
    """One bundle."""

    _supports_diff = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "path": {"type": "path", "required": True},
        "state": {"type": "str", "choices": ["present", "verified"], "default": "present"},
        "hosts": {"type": "list", "elements": "str", "default": []},
        "actions": {"type": "list", "elements": "str", "choices": list(ACTIONS), "default": list(ACTIONS)},
        "operator": {"type": "str", "required": True},
        "reason": {"type": "str", "required": True},
        "log_file": {"type": "path", "required": True},
        "openbao_credentials_file": {"type": "path"},
        "identity": {"type": "path"},
        "renew_days": {"type": "int", "default": 7},
    }
    CONDITIONS: ClassVar[dict[str, Any]] = {"required_if": [("state", "present", ["openbao_credentials_file"])]}

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make it or look at it; remembers who runs the play."""
        self._variables = task_vars or {}
        return super().run(tmp, task_vars)

    def told(self, loaded: LoadedTopology, args: dict[str, Any]) -> dict[str, Any]:
        """Make it, or judge it. A refusal is a failure that names its reason in one word, too."""
        log, topology = BundleLog(Path(args["log_file"])), loaded.topology
        section = topology.break_glass.model_dump(mode="json") if topology.break_glass else None
        judged = self._made if args["state"] == "present" else _verified
        try:
            result = judged(topology, Policy.of(section), log, args)
        except BundleRefusedError as refused:
            result = {"failed": True, "msg": str(refused), "refusal": refused.refusal.value}
        warnings = log.warnings()
        return result | {"log": log.told()} | ({"warnings": warnings} if warnings else {})

    def _made(self, topology: Topology, policy: Policy, log: BundleLog, args: dict[str, Any]) -> dict[str, Any]:
        hosts = tuple(sorted(set(map(str, args["hosts"])) or {name for name, _asset in topology.lxc_assets}))
        wanted = {ref for host in hosts for ref in _needs(topology, host)}
        if not wanted:
            raise InfraError(f"hosts: {', '.join(hosts) or 'none'} read no secrets, so there is nothing to seal")
        settings = topology.openbao.model_dump(mode="json", exclude={"scopes", "administration"}, exclude_none=True)
        refuse_exposed_tokens(self._variables)
        with judged_client(settings, str(args["openbao_credentials_file"])) as openbao:
            read = resolve(openbao, [*sorted(wanted), policy.signing_key])
        key = SigningKey.of(read.secrets[policy.signing_key].value, policy)
        values = {one.pinned: one.value for ref, one in read.secrets.items() if ref != policy.signing_key}
        actions = tuple(sorted(set(map(str, args["actions"]))))
        said = {name: str(args[name]) for name in ("operator", "reason")}
        contents = BundleContents(hosts, actions, values, **said, policy=policy, key=key)
        store = BundleStore(Path(args["path"]), log, dt.datetime.now(dt.UTC), args["renew_days"])
        told = reconcile(store, contents, State.PRESENT, check=self._task.check_mode)
        return {**told, "bundle": store.facts(), "secrets_read": read.reads}


def _verified(topology: Topology, policy: Policy, log: BundleLog, args: dict[str, Any]) -> dict[str, Any]:
    """For each host and each action in turn; with an identity, that it opens it, too. No value is ever shown."""
    hosts = [str(host) for host in args["hosts"]]
    if not hosts or not args["actions"]:
        raise InfraError("hosts and actions are missing; give at least one of each")
    identity = read_identity(str(args["identity"])) if args["identity"] else None
    for host in hosts:
        needs = _needs(topology, host)
        for action in map(str, args["actions"]):
            use = Use(host, action, str(args["operator"]), str(args["reason"]), needs)
            verified = log.verified(str(args["path"]), use, policy, dt.datetime.now(dt.UTC))
            if identity is not None:
                log.opened(verified, use, identity)
    return {"changed": False, "bundle": verified.header.facts(), "opened": identity is not None}


def _needs(topology: Topology, host: str) -> tuple[str, ...]:
    """Refs of a host. Raises InfraError when there is no such host."""
    asset = dict(topology.lxc_assets).get(host)
    if asset is None:
        raise InfraError(f"hosts: {host!r} is no LXC host of this topology; name one of its runtime_assets")
    return tuple(refs(host_document(host, asset)))
