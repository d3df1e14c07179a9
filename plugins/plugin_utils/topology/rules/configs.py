# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about free data: config files of services and values of charts."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..position import Path
from ..schema_folder import SchemaFolder, UnusableSchemaError
from ..violation import Violation
from .assets import kubernetes_assets, services
from .secrets import secret_keys_of_free_data


def configs_satisfy_their_schemas(topology: Topology, schemas: SchemaFolder) -> Iterator[Violation]:
    """A config file satisfies the JSON Schema it names, which lies beside the topology."""
    for path, service in services(topology):
        config = service.config
        if config is None:
            continue
        try:
            for misfit in schemas.misfits(config.schema_file, config.content):
                yield Violation((*path, "config", "content", *misfit.path), misfit.what, misfit.hint)
        except UnusableSchemaError as error:
            yield Violation((*path, "config", "schema"), error.what, error.hint)


def free_data_holds_no_secrets(topology: Topology) -> Iterator[Violation]:
    """Config files and chart values name no secret by value."""
    for path, data in _free_data(topology):
        yield from secret_keys_of_free_data(path, data)


def _free_data(topology: Topology) -> Iterator[tuple[Path, object]]:
    for path, service in services(topology):
        if service.config is not None:
            yield (*path, "config", "content"), service.config.content
    for asset_id, asset in kubernetes_assets(topology):
        yield ("runtime_assets", asset_id, "helm", "values"), asset.helm.values
