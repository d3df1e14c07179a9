# SPDX-License-Identifier: GPL-3.0-or-later
"""RETURN of modules says what their results hold: fragments cannot bring it, so the types are held against it.

ansible-core merges fragments into DOCUMENTATION only (2.19.14, ansible/utils/plugin_docs.py).
"""

from __future__ import annotations

import ast
import collections.abc
import types
import typing
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.answer import EndpointHealth
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv.consumer import ConsumerRow
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.imported_secrets import ImportedRow
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.inspection import BehindRow, RefRow, SecretRow
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.scope_sync import SyncedRow
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile.plan import Counts
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile.reconcile import FileDiff
from ansible_collections.fractalops.infra.plugins.plugin_utils.report.drift import FindingReport
from ansible_collections.fractalops.infra.plugins.plugin_utils.report.health import UnitReport
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.descriptor import RuntimeAssetDescriptor
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation.explanation_data import (
    ExplanationData,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.overview import DerivedValue, Overview, RefUse
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

#: Module, the key of its RETURN ("" for all of it), and the type the code gives back.
RETURNED = (
    ("endpoint_health_info", "endpoints", EndpointHealth),
    ("host_generation_info", "findings", FindingReport),
    ("host_health_info", "units", UnitReport),
    ("openbao_generated_secret", "consumers", ConsumerRow),
    ("openbao_import", "secrets", ImportedRow),
    ("openbao_scopes", "secrets", SyncedRow),
    ("openbao_secrets_info", "behind", BehindRow),
    ("openbao_secrets_info", "refs", RefRow),
    ("openbao_secrets_info", "secrets", SecretRow),
    ("topology_info", "", Overview),
    ("topology_info", "assets", RuntimeAssetDescriptor),
    ("topology_info", "refs", RefUse),
    ("topology_info", "derived", DerivedValue),
    ("topology_info", "explanations", ExplanationData),
    *((module, "counts", Counts) for module in ("openbao_auth_roles", "openbao_mounts", "openbao_policies")),
    *(
        (module, "diff", FileDiff)
        for module in ("kubernetes_tree", "openbao_auth_roles", "openbao_mounts", "openbao_policies")
    ),
)
#: What the result holds beyond its type, by module and key.
BESIDE = {
    ("topology_info", ""): {"explanations", "graph", "advice", "violations", "violations_count"},
    ("openbao_generated_secret", "consumers"): {"follows", "is_new_value"},
}


def documented(module: str, key: str) -> dict[str, dict[str, Any]]:
    """Fields of a result by name, as RETURN describes them."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    (returned,) = (ast.literal_eval(node.value) for node in assignments if ast.unparse(node.targets[0]) == "RETURN")
    fields: dict[str, dict[str, Any]] = yaml.safe_load(returned)
    return fields[key]["contains"] if key else fields


def documented_type(annotation: Any) -> tuple[str, str | None]:
    """Type and type of elements, in the words of Ansible; nothing is said of what may be null."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        (annotation,) = (one for one in arguments if one is not types.NoneType)
        return documented_type(annotation)
    if origin is Literal:
        return "str", None
    if origin in (list, tuple, collections.abc.Sequence):
        return "list", documented_type(arguments[0])[0]
    if origin in (dict, collections.abc.Mapping) or typing.is_typeddict(annotation):
        return "dict", None
    return ("raw", None) if annotation is Any else (annotation.__name__, None)


@pytest.mark.parametrize(("module", "key", "result"), RETURNED, ids=lambda part: getattr(part, "__name__", part))
def test_what_is_documented_is_what_is_returned(module: str, key: str, result: type) -> None:
    found = {
        name: (field["type"], field.get("elements"))
        for name, field in documented(module, key).items()
        if name not in BESIDE.get((module, key), ())
    }
    assert found == {name: documented_type(hint) for name, hint in typing.get_type_hints(result).items()}


@pytest.mark.parametrize(("module", "key"), BESIDE)
def test_what_is_beside_the_type_is_documented_too(module: str, key: str) -> None:
    assert BESIDE[module, key] <= documented(module, key).keys()
