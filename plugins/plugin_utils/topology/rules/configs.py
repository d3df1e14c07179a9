# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about free data: config files of services, values of charts, documents and variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...secret_ref import SCHEME
from ..model.topology import Topology
from ..position import Path
from ..schema.schema_folder import SchemaFolder, UnusableSchemaError
from ..violation import Violation
from ..yaml.reader import Data
from .assets import kubernetes_assets, services
from .free_data import free_data, mappings, texts_with
from .secrets import secret_keys_of_free_data

#: Keys that say where something runs. Those of Kubernetes have other meanings too; OpenTofu's providers need theirs.
_SELECTOR_KEYS = frozenset(
    {"vmid", "ctid", "ct_id", "lxc_id", "container_id", "pve_node", "target_node"}
    | {"lxc_nodes", "pve_nodes", "node_map", "proxmox_node"}
)
_SELECTOR_KEY = re.compile("|".join(sorted(_SELECTOR_KEYS)))
_ENVIRONMENT_KEY = re.compile(r"FRACTALOPS_[A-Z0-9_]+")
#: Keys of free data that hold the issuer of tokens.
_ISSUER_KEYS = frozenset({"issuer", "issuer_url", "issuerUrl", "issuerURL", "oidc_issuer", "oidcIssuer"})


def configs_satisfy_their_schemas(topology: Topology, schemas: SchemaFolder) -> Iterator[Violation]:
    """A config file satisfies the JSON Schema it names, which lies beside the topology."""
    for path, schema, content in typed_documents(topology):
        try:
            for misfit in schemas.misfits(schema, content):
                yield Violation((*path, "content", *misfit.path), misfit.what, misfit.hint)
        except UnusableSchemaError as error:
            yield Violation((*path, "schema"), error.what, error.hint)


def free_data_holds_no_secrets(topology: Topology) -> Iterator[Violation]:
    """Config files and chart values name no secret by value."""
    for path, data in free_data(topology):
        yield from secret_keys_of_free_data(path, data)


def refs_stand_where_they_are_read(topology: Topology) -> Iterator[Violation]:
    """A ref in free data is never resolved: a chart or a program would take it for the password itself."""
    hints = {"helm": "name it under helm.secrets", "config": "name it under credentials"}
    for path, data in free_data(topology):
        hint = next((hints[str(step)] for step in path if step in hints), "name it where a ref is asked for")
        for found, _text in texts_with(SCHEME, path, data):
            yield Violation(found, "a ref is only text here", hint)


def values_name_the_secret_that_is_made(topology: Topology) -> Iterator[Violation]:
    """The Secret of an asset is called <workload>-credentials, and its chart gets that name."""
    for asset_id, asset in kubernetes_assets(topology):
        workload = asset.binding.workload
        for ending in ("secret", "secrets") if asset.helm.secrets else ():
            wrong = f"{workload}-{ending}"
            for path, text in texts_with(wrong, ("runtime_assets", asset_id, "helm", "values"), asset.helm.values):
                if text == wrong:
                    yield Violation(path, f"no Secret {wrong!r} is made", f"write {workload}-credentials")


def configs_hold_no_environment_keys(topology: Topology) -> Iterator[Violation]:
    """Keys of typed configs are not the names of environment variables, and never stand beside them."""
    for path, data in free_data(topology):
        for where, mapping in mappings(path, data) if "FRACTALOPS_" in repr(data) else ():
            for key in filter(_ENVIRONMENT_KEY.fullmatch, mapping):
                bare = key.removeprefix("FRACTALOPS_")
                twin = next((name for name in (bare.lower(), bare) if name in mapping), None)
                what = "is an old key" if twin is None else f"is an old key beside {twin!r}: neither takes precedence"
                hint = f"write {bare.lower()}" if twin is None else f"remove it, and check {twin}"
                yield Violation((*where, key), what, hint, at_key=True)


def issuers_are_the_declared_one(topology: Topology) -> Iterator[Violation]:
    """A service that checks tokens has the issuer of the identity plane, letter by letter."""
    issuer = topology.identity_plane.issuer if topology.identity_plane else None
    for path, data in free_data(topology) if issuer else ():
        for where, mapping in mappings(path, data) if "ssuer" in repr(data) else ():
            for key in _ISSUER_KEYS & mapping.keys():
                if isinstance(mapping[key], str) and mapping[key] != issuer:
                    first = ("identity_plane", "issuer")
                    what = "this is not the issuer of the identity plane"
                    yield Violation((*where, key), what, f"write {issuer}", first=first)


def configs_select_assets_by_id(topology: Topology) -> Iterator[Violation]:
    """A program gets the id or a URL of a runtime asset, never the container or the node it runs in."""
    for path, data in free_data(topology):
        if path[0] == "opentofu" or not _SELECTOR_KEY.search(repr(data)):
            continue
        for where, mapping in mappings(path, data):
            for key in sorted(_SELECTOR_KEYS & mapping.keys()):
                hint = "name the runtime asset by its id, or give its executor_url"
                yield Violation((*where, key), "this says where something runs", hint, at_key=True)


def typed_documents(topology: Topology) -> Iterator[tuple[Path, str, Data]]:
    """Path, schema and content of everything that is checked against a schema of its own."""
    for path, service in services(topology):
        if service.config is not None:
            yield (*path, "config"), service.config.schema_file, service.config.content
    if topology.fleet is not None:
        document = topology.fleet.deploy_config
        yield ("fleet", "deploy_config"), document.schema_file, document.content
