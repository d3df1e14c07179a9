# SPDX-License-Identifier: GPL-3.0-or-later
"""Auth roles: who may log in with which derived policy, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..topology.model.openbao import Administration
from ..topology.model.topology import Topology
from ..topology.rules.auth_roles import OWN_APPROLES
from .auth_role import AuthRole, Settings
from .names import Names
from .policy import Policy
from .reference import namespaces_with_secrets, paths_by_cluster

TTL_SECONDS = 900
MAX_TTL_SECONDS = 3600
#: The subject of a device; its JWT comes from an issuer that gives nobody else such a subject.
DEVICE_SUBJECT = "device-*"
Policies = Mapping[str, Policy]


def auth_roles(topology: Topology, administration: Administration, derived: tuple[Policy, ...]) -> tuple[AuthRole, ...]:
    """Every role of the topology, sorted by path; one without a policy is left out."""
    names, policies = Names(administration.prefix), {policy.name: policy for policy in derived}
    roles = [
        *_approles(topology, administration, names, policies),
        *_cluster_roles(topology, names, policies),
        *_fleet_roles(topology, names, policies),
    ]
    return tuple(sorted(roles, key=lambda role: role.path))


def _approles(
    topology: Topology, administration: Administration, names: Names, policies: Policies
) -> Iterator[AuthRole]:
    """Of the controller, when it uses AppRole; what a JWT or a pod is bound to is not in the topology."""
    auth = topology.openbao.auth
    found = [(auth.path, names.of(name)) for name in OWN_APPROLES] if auth.method == "approle" else []
    if topology.fleet is not None and topology.fleet.environment.auth.method == "approle":
        found.append((topology.fleet.environment.auth.path, names.of("fleet")))
    own = {
        "bind_secret_id": True,
        "secret_id_num_uses": 0,
        "secret_id_ttl": administration.secret_id_ttl_seconds,
    }
    for mount, name in found:
        if name in policies:
            yield AuthRole("approle", mount, name, {**_token(topology, policies[name]), **own})


def _cluster_roles(topology: Topology, names: Names, policies: Policies) -> Iterator[AuthRole]:
    """Of clusters that use secrets; bound to exactly the namespaces that do."""
    for name in paths_by_cluster(topology):
        store = topology.clusters[name].secret_store
        own = {
            "bound_service_account_names": [store.service_account],
            "bound_service_account_namespaces": namespaces_with_secrets(topology, name),
            "bound_service_account_namespace_selector": "",
        }
        token = _token(topology, policies[names.of("cluster", name)])
        yield AuthRole("kubernetes", store.path, store.role, {**token, **own})


def _fleet_roles(topology: Topology, names: Names, policies: Policies) -> Iterator[AuthRole]:
    """Of the fleet's processes and its devices, as far as they have a JWT."""
    fleet = topology.fleet
    if fleet is None:
        return
    auth = fleet.environment.auth
    if auth.method == "jwt":
        own = _jwt("string", auth.subject or auth.role, auth.audience)
        token = _token(topology, policies[names.of("fleet")])
        yield AuthRole("jwt", auth.path, auth.role, {**token, **own})
    if fleet.devices is not None:
        own = _jwt("glob", DEVICE_SUBJECT, fleet.devices.auth.audience)
        token = _token(topology, policies[names.of("device")])
        yield AuthRole("jwt", fleet.devices.auth.path, fleet.devices.auth.role, {**token, **own})


def _jwt(claims_type: str, subject: str, audience: str | None) -> Settings:
    return {
        "role_type": "jwt",
        "user_claim": "sub",
        "bound_audiences": [] if audience is None else [audience],
        "bound_claims_type": claims_type,
        "bound_claims": {"sub": [subject]},
    }


def _token(topology: Topology, policy: Policy) -> Settings:
    """What a token of this policy is; it lives as long as the strictest of the scopes it reads allows."""
    data = tuple(f"{path}/" for path in policy.paths)
    below = f"{topology.openbao.mount}/data/"
    scopes = [
        scope
        for scope in topology.openbao.scopes.values()
        if any(path.startswith(f"{below}{scope.path}/") for path in data)
    ]
    return {
        "token_policies": [policy.name],
        "token_no_default_policy": True,
        "token_ttl": min((scope.token_ttl_seconds for scope in scopes), default=TTL_SECONDS),
        "token_max_ttl": min((scope.token_max_ttl_seconds for scope in scopes), default=MAX_TTL_SECONDS),
        "token_period": 0,
    }
