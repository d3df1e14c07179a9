# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of earlier configurations, and what took their place. They are errors: nothing is read under two names."""

from __future__ import annotations

from collections.abc import Container

from pydantic import BaseModel

from ..position import Path
from ..schema.shape import fields_by_key
from ..yaml.reader import Data

_PREFIX = "FRACTALOPS_"
_PORTAL = ("runtime_assets", "<portal>")
_POSTGRES = ("runtime_dependencies", "postgres")
_SESSION = ("identity_plane", "session_trust")
_IDP = ("identity_plane", "idp")
_CLOUDFLARE = ("edge", "cloudflare")
_RUNNER_SECRETS = ("runtime_assets", "<github-runner>", "helm", "secrets")
#: Names of environment variables, without prefix, and the field that says the same.
_ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "PORTAL_PUBLIC_URL": (*_PORTAL, "endpoints", "public_url"),
    "PORTAL_EXECUTOR_URL": (*_PORTAL, "endpoints", "executor_url"),
    "PORTAL_INTERNAL_URL": (*_PORTAL, "endpoints", "internal_url"),
    "PORTAL_RUNTIME_TYPE": ("service_profiles", "portal", "runtime_type"),
    "PORTAL_ALLOWED_RETURN_HOSTS": ("service_profiles", "portal", "allowed_return_hosts"),
    "POSTGRES_RUNTIME_TYPE": (*_POSTGRES, "runtime_type"),
    "POSTGRES_K8S_NAMESPACE": (*_POSTGRES, "asset"),
    "POSTGRES_K8S_SERVICE": (*_POSTGRES, "asset"),
    "POSTGRES_USERNAME": (*_POSTGRES, "username"),
    "POSTGRES_NAME": (*_POSTGRES, "database"),
    "POSTGRES_PASSWORD": (*_POSTGRES, "password"),
    "POSTGRES_URL": _POSTGRES,
    "DATABASE_URL": _POSTGRES,
    "TEMPORAL_ADDRESS": ("runtime_dependencies", "temporal", "asset"),
    "TEMPORAL_NAMESPACE": ("runtime_dependencies", "temporal", "namespace"),
    "DAYTONA_ID": ("runtime_dependencies", "daytona", "asset"),
    "DAYTONA_ROLE": ("runtime_dependencies", "daytona", "asset"),
    "LANGBOARD_EXECUTOR_URL": ("runtime_dependencies", "langboard", "asset"),
    "LANGBOARD_HOST_HEADER": ("runtime_dependencies", "langboard", "host_header"),
    "LANGBOARD_VERIFY_TLS": ("runtime_dependencies", "langboard", "verify_tls"),
    "OIDC_ISSUER": ("identity_plane", "issuer"),
    "OIDC_ISSUER_URL": ("identity_plane", "issuer"),
    "KEYCLOAK_ADMIN_URL": (*_IDP, "admin_url"),
    "KEYCLOAK_PUBLIC_URL": (*_IDP, "public_url"),
    "KEYCLOAK_BASE_URL": (*_IDP, "base_url"),
    "KEYCLOAK_URL": (*_IDP, "base_url"),
    "KEYCLOAK_REALM": (*_IDP, "realm"),
    "IDP_FIRST_LOGIN_FLOW": ("identity_plane", "broker", "first_login_flow"),
    "SESSION_TRUST_ENABLED": (*_SESSION, "enabled"),
    "POMERIUM_PUBLIC_URL": (*_SESSION, "public_url"),
    "POMERIUM_AUTHENTICATE_URL": (*_SESSION, "authenticate_url"),
    "POMERIUM_JWKS_URL": (*_SESSION, "jwks_url"),
    "PROTECTED_HOSTS": ("identity_plane", "protected_hosts"),
    "CLOUDFLARE_ZONE_ID": (*_CLOUDFLARE, "zone_id"),
    "CLOUDFLARE_TUNNEL_ID": (*_CLOUDFLARE, "tunnel_id"),
    "CLOUDFLARE_ACCOUNT_ID": (*_CLOUDFLARE, "account_id"),
    "CLOUDFLARE_API_TOKEN": (*_CLOUDFLARE, "api_token"),
    "EDGE_ORIGIN_URL": (*_CLOUDFLARE, "edge_origin_url"),
    "TECHNITIUM_API_URL": ("internal_dns", "api_url"),
    "TECHNITIUM_TOKEN": ("internal_dns", "token"),
    "TECHNITIUM_ZONE": ("internal_dns", "zone"),
    "GH_TOKEN": (*_RUNNER_SECRETS, "github_token"),
    "GITHUB_TOKEN": (*_RUNNER_SECRETS, "github_token"),
    "BAO_ADDR": ("openbao", "address"),
    "VAULT_ADDR": ("openbao", "address"),
    "BAO_NAMESPACE": ("openbao", "namespace"),
    "VAULT_NAMESPACE": ("openbao", "namespace"),
    "SSOT_PROFILE": ("profile",),
    "RUNTIME_ASSET_ID": ("runtime_assets",),
    "RUNTIME_ASSET_ROLE": ("runtime_assets",),
}
#: Sections under other names.
_SECTIONS: dict[str, tuple[str, ...]] = {
    "assets": ("runtime_assets",),
    "cloudflare": _CLOUDFLARE,
    "connectors": ("connector_inventory",),
    "dns": ("internal_dns",),
    "identity": ("identity_plane",),
    "issuer": ("identity_plane", "issuer"),
    "lxc_nodes": ("nodes",),
    "portal": ("service_profiles", "portal"),
    "postgres": _POSTGRES,
    "principals": ("principal_defaults",),
    "protected_hosts": ("identity_plane", "protected_hosts"),
    "pve_nodes": ("nodes",),
    "runtime": ("runtime_ssot",),
    "session_trust": _SESSION,
    "ssot": ("runtime_ssot",),
    "technitium": ("internal_dns",),
    "vault": ("openbao",),
}
#: Where something runs, under every name it has had, and its name in a binding.
_SELECTORS = {
    "vmid": "container_id",
    "ctid": "container_id",
    "ct_id": "container_id",
    "lxc_id": "container_id",
    "container_id": "container_id",
    "node": "node",
    "pve_node": "node",
    "target_node": "node",
    "namespace": "namespace",
    "k8s_namespace": "namespace",
    "cluster": "cluster",
    "workload": "workload",
    "deployment": "workload",
    "k8s_service": "workload",
    "ip": "address",
    "address": "address",
}
#: Directives of units and keys of env-driven services.
_SERVICE = {
    "command": "exec",
    "env": "config",
    "env_file": "config",
    "environment_file": "config",
    "exec_start": "exec",
    "load_credential": "credentials",
    "pass_environment": "config",
    "secrets": "credentials",
    "set_credential": "credentials",
    "Environment": "config",
    "EnvironmentFile": "config",
    "ExecStart": "exec",
    "LoadCredential": "credentials",
    "PassEnvironment": "config",
    "SetCredential": "credentials",
}


def successor(model: type[BaseModel] | None, path: Path) -> Path | None:
    """The path that took the place of the unknown key at the end of ``path``, or None when it is no old key."""
    key, known = str(path[-1]), fields_by_key(model) if model else {}
    here, name = path[:-1], model.__name__ if model else ""
    bare = key.removeprefix(_PREFIX)
    if bare in _ENVIRONMENT:
        return _ENVIRONMENT[bare]
    if name == "Topology" and key in _SECTIONS:
        return _SECTIONS[key]
    if name == "Service" and key in _SERVICE:
        return (*here, _SERVICE[key])
    if key in _SELECTORS:
        steps = {"binding": ("binding", _SELECTORS[key]), "asset": ("asset",), "type": (_SELECTORS[key],)}
        return next(((*here, *step) for field, step in steps.items() if _is_selector_of(field, step, known)), None)
    return None


def is_environment_name(key: str) -> bool:
    """``key`` is written like an environment variable, and no field is."""
    return key.isupper() and "_" in key


def is_given(data: Data, path: Path) -> bool:
    """Something stands at ``path``."""
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _is_selector_of(field: str, step: tuple[str, ...], known: Container[str]) -> bool:
    """A model with ``field`` takes the selector; one with a type is a binding, if it has the key itself."""
    return field in known and (field != "type" or step[0] in known)
