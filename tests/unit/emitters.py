# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that makes something of a topology for somebody outside: found in the sources, and run."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.graph import FORMATS, draw
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.endpoint import endpoints
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import document_text, host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import generation_document, refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import UnitTemplates
from ansible_collections.fractalops.infra.plugins.plugin_utils.inventory import project_inventory
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents, overlay_folder
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import consumers, declared_secrets, fleet_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.yaml_writer import yaml_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.derivation.derive import derive
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.descriptor import asset_descriptor
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation import explain, explanation_data
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.runtime_asset import LxcAsset
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.overview import topology_overview
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, python_files

PROJECTIONS = "plugins/plugin_utils"
#: Below them nothing is made: they judge a topology or walk over it, for the packages that are listed here.
JUDGES = ("plugins/plugin_utils/topology/rules/", "plugins/plugin_utils/topology/derivation/")


def _hosts(loaded: LoadedTopology) -> Iterator[str]:
    """The document of each host, and the generation that is made from it."""
    templates = UnitTemplates({file.name: file.read_text() for file in (ROOT / "roles/host/templates").glob("*.j2")})
    for asset_id, asset in loaded.topology.runtime_assets.items():
        if isinstance(asset, LxcAsset):
            document = host_document(asset_id, asset)
            yield document_text(document)
            yield json.dumps(generation_document(document, templates, {ref: f"{ref}@1" for ref in refs(document)}))


def _inventory(loaded: LoadedTopology) -> Iterator[str]:
    for host in project_inventory(loaded.topology, "/srv/topology.yml", "/usr/bin/python3").hosts:
        yield json.dumps(host.variables)


def _kubernetes(loaded: LoadedTopology) -> Iterator[str]:
    for cluster in loaded.topology.clusters:
        yield from (yaml_text(one.content, "") for one in kubernetes_documents(loaded.topology, cluster))


def _descriptors(loaded: LoadedTopology) -> Iterator[str]:
    yield from (json.dumps(asset_descriptor(loaded.topology, asset)) for asset in loaded.topology.runtime_assets)


def _explanations(loaded: LoadedTopology) -> Iterator[str]:
    for one in derive(loaded.topology):
        yield json.dumps(explanation_data(explain(loaded, one.path)))


def _shown(make: Callable[[LoadedTopology], object]) -> Callable[[LoadedTopology], Iterator[str]]:
    """The data that ``make`` makes, as one text."""
    return lambda loaded: iter((repr(make(loaded)),))


#: By the function that makes it.
EMITTERS: dict[str, Callable[[LoadedTopology], Iterator[str]]] = {
    "asset_descriptor": _descriptors,
    "consumers": _shown(lambda loaded: consumers(loaded.topology)),
    "declared_secrets": _shown(lambda loaded: declared_secrets(loaded.topology)),
    "draw": lambda loaded: (draw(loaded.topology, form) for form in FORMATS),
    "endpoints": _shown(lambda loaded: endpoints(loaded.topology)),
    "explain": _explanations,
    "fleet_documents": _shown(lambda loaded: fleet_documents(loaded.topology)),
    "host_document": _hosts,
    "kubernetes_documents": _kubernetes,
    "openbao_documents": _shown(lambda loaded: openbao_documents(loaded.topology)),
    "overlay_folder": lambda loaded: map(overlay_folder, loaded.topology.clusters.values()),
    "project_inventory": _inventory,
    "topology_overview": _shown(lambda loaded: topology_overview(loaded.topology)),
}


def makers() -> set[str]:
    """Functions that are given a topology or a part of it, and that another package or a plugin calls."""
    asked = {name for file in python_files("plugins") for name in _imported(file)}
    places = [file for file in python_files(PROJECTIONS) if not file.startswith(JUDGES)]
    return {name for file in places for name in _given_a_topology(file) if (_package(file), name) in asked}


def _imported(file: str) -> Iterator[tuple[str, str]]:
    """Package and name of all that ``file`` imports from another package."""
    for node in ast.walk(_parsed(file)):
        if isinstance(node, ast.ImportFrom):
            home = _home(file, node)
            yield from ((home, alias.name) for alias in node.names if home != _package(file))


def _given_a_topology(file: str) -> Iterator[str]:
    """Names of functions with a parameter whose type stands in the model, or is a whole loaded topology."""
    tree = _parsed(file)
    model = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if "model" in (node.module or "").split(".") or alias.name == "LoadedTopology"
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            types = [one.annotation for one in (*node.args.args, *node.args.kwonlyargs) if one.annotation]
            if model & {name.id for one in types for name in ast.walk(one) if isinstance(name, ast.Name)}:
                yield node.name


def _parsed(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), file)


def _home(file: str, node: ast.ImportFrom) -> str:
    """The package that ``node`` imports from, as a path."""
    if not node.level:
        return "/".join((node.module or "").split(".")[3:6])
    path = Path(*Path(file).parts[: -node.level], *(node.module or "").split("."))
    return _package(f"{path.as_posix()}/x")


def _package(file: str) -> str:
    """``plugins/plugin_utils/kv`` for every file below it."""
    return "/".join(Path(file).parts[:3])
