# SPDX-License-Identifier: GPL-3.0-or-later
"""Free data: what config files, charts, documents and OpenTofu are given, and the texts inside."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..position import Path
from ..yaml.reader import Data
from .assets import kubernetes_assets, services


def free_data(topology: Topology) -> Iterator[tuple[Path, Data]]:
    """All free data, with its path."""
    for path, service in services(topology):
        if service.config is not None:
            yield (*path, "config", "content"), service.config.content
    for asset_id, asset in kubernetes_assets(topology):
        yield ("runtime_assets", asset_id, "helm", "values"), asset.helm.values
    if topology.fleet is not None:
        yield ("fleet", "deploy_config", "content"), topology.fleet.deploy_config.content
    yield ("opentofu", "variables"), topology.opentofu.variables


def texts(path: Path, data: Data) -> Iterator[tuple[Path, str]]:
    """Every text among the values of ``data``, with its path."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from texts((*path, name), value)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from texts((*path, number), value)


def texts_with(part: str, path: Path, data: Data) -> Iterator[tuple[Path, str]]:
    """Every text that contains ``part``; data without it is not walked: repr runs in C, ten times as fast."""
    if part in repr(data):
        yield from ((found, text) for found, text in texts(path, data) if part in text)


def mappings(path: Path, data: Data) -> Iterator[tuple[Path, dict[str, Data]]]:
    """``data`` and every mapping inside it, with its path."""
    if isinstance(data, dict):
        yield path, data
        for name, value in data.items():
            yield from mappings((*path, name), value)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from mappings((*path, number), value)
