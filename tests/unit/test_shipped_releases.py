# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of the shipped profiles: what they name exists, and nothing they need is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes.chart_values import chart_values
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes.helm_release import (
    HelmRelease,
    helm_releases,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.derivation.derive import derive
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.tests.unit.chart_facts import BESIDE, CHARTS, services, values_at
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

FILES = sorted((ROOT / "inventories").glob("*/topology.yml"))
#: A Service in a text, with what stands before it and the port behind it.
SERVICE = re.compile(r"(?:(?P<scheme>\w+)://(?:[\w-]+@)?)?(?P<name>[\w-]+\.[\w-]+\.svc)(?::(?P<port>\d+))?")
DEFAULT_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "postgres": 5432}
OPERATOR_OF_SECRETS = "external-secrets"


class Shipped:
    """A shipped profile, its releases, the values that each is given, and all its documents."""

    def __init__(self, file: Path) -> None:
        self.topology: Topology = load_topology(file).topology
        self.cluster = next(iter(self.topology.clusters))
        self.releases = helm_releases(self.topology, self.cluster)
        self.values = {release.asset_id: chart_values(self.topology, release) for release in self.releases}
        self.documents: dict[str, Any] = {
            document.path: document.content for document in kubernetes_documents(self.topology, self.cluster)
        }

    def of_chart(self, chart: str) -> list[HelmRelease]:
        return [release for release in self.releases if release.chart.name == chart]

    def secrets(self) -> dict[tuple[str, str], set[str]]:
        """Keys by namespace and name of each Secret that one of our ExternalSecrets makes."""
        return {
            (content["metadata"]["namespace"], content["spec"]["target"]["name"]): {
                entry["secretKey"] for entry in content["spec"]["data"]
            }
            for content in self.documents.values()
            if content.get("kind") == "ExternalSecret"
        }

    def reads(self) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
        """Release, namespace, Secret and keys, for each place of the values from which a chart reads a Secret."""
        for release in self.releases:
            values = self.values[release.asset_id]
            for path, keys in CHARTS[release.chart.name].secrets.items():
                for name in values_at(values, path):
                    yield release.asset_id, release.namespace, name, keys
            for ref in secret_key_refs(values):
                yield release.asset_id, release.namespace, ref["name"], (ref["key"],)

    def services(self) -> dict[str, tuple[int, ...]]:
        """Ports by name of each Service that a release renders, and of what stands beside them."""
        return {
            f"{name}.{release.namespace}.svc": ports
            for release in self.releases
            for name, ports in services(CHARTS[release.chart.name], release.name, self.values[release.asset_id])
        } | {**BESIDE}


def secret_key_refs(data: Any) -> Iterator[dict[str, str]]:
    """Every ``secretKeyRef`` in ``data``, also in texts that charts take for YAML."""
    if isinstance(data, str) and "secretKeyRef" in data:
        yield from secret_key_refs(yaml.safe_load(data))
    elif isinstance(data, dict):
        yield from ([data["secretKeyRef"]] if "secretKeyRef" in data else [])
        for value in data.values():
            yield from secret_key_refs(value)
    elif isinstance(data, list):
        for value in data:
            yield from secret_key_refs(value)


def texts(data: Any) -> Iterator[str]:
    """Every text in ``data``."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from texts(value)


@pytest.fixture(name="shipped", params=FILES, ids=lambda file: file.parent.name)
def _shipped(request: pytest.FixtureRequest) -> Shipped:
    return Shipped(request.param)


def test_there_are_profiles() -> None:
    assert len(FILES) > 1


def test_every_chart_is_of_the_version_that_was_looked_at(shipped: Shipped) -> None:
    for release in shipped.releases:
        looked_at = CHARTS[release.chart.name].version
        is_ours = "registry." in release.chart.repository
        assert looked_at is None if is_ours else looked_at == release.chart.version, release.asset_id


def test_every_chart_is_told_what_it_cannot_run_without(shipped: Shipped) -> None:
    for release in shipped.releases:
        for path, wanted in CHARTS[release.chart.name].wanted.items():
            (given,) = values_at(shipped.values[release.asset_id], path) or [None]
            assert given not in (None, "", [], {}) if wanted is ... else given == wanted, (release.asset_id, path)


def test_every_secret_that_a_chart_reads_is_made_with_its_keys(shipped: Shipped) -> None:
    made = shipped.secrets()
    found = list(shipped.reads())
    assert len(found) > 8
    for asset_id, namespace, name, keys in found:
        assert set(keys) <= made.get((namespace, name), set()), (asset_id, name)


def test_every_key_of_every_secret_is_read_by_a_chart(shipped: Shipped) -> None:
    read: dict[tuple[str, str], set[str]] = {}
    for _asset_id, namespace, name, keys in shipped.reads():
        read.setdefault((namespace, name), set()).update(keys)
    assert {place: keys - read.get(place, set()) for place, keys in shipped.secrets().items()} == {
        place: set() for place in shipped.secrets()
    }


def test_no_name_of_a_secret_stands_where_its_chart_does_not_read_it(shipped: Shipped) -> None:
    names = {name for _namespace, name in shipped.secrets()}
    for release in shipped.releases:
        values = shipped.values[release.asset_id]
        paths = CHARTS[release.chart.name].secrets
        read = [name for path in paths for name in values_at(values, path)]
        read += [ref["name"] for ref in secret_key_refs(values)]
        written = [name for text in texts(values) for name in names if name in text]
        assert sorted(written) == sorted(read), release.asset_id


def test_every_service_that_the_topology_names_is_rendered_with_its_port(shipped: Shipped) -> None:
    rendered = shipped.services()
    everything = [shipped.topology.model_dump(mode="json"), [one.value for one in derive(shipped.topology)]]
    found = [service for text in texts([*everything, *shipped.values.values()]) for service in SERVICE.finditer(text)]
    assert len(found) > 8
    for service in found:
        port = int(service["port"] or DEFAULT_PORTS.get(service["scheme"], 0))
        assert port in (rendered.get(service["name"], ()) if port else (0,)), service[0]
        assert service["name"] in rendered, service[0]


def test_every_release_has_its_operator_before_it_in_the_same_cluster(shipped: Shipped) -> None:
    for release in shipped.releases:
        facts = CHARTS[release.chart.name]
        needed = [facts.operator] if facts.operator else []
        needed += [OPERATOR_OF_SECRETS] if release.asset.helm.secrets else []
        for chart in needed:
            (operator,) = shipped.of_chart(chart)
            assert wave(shipped, operator.asset_id) < wave(shipped, release.asset_id), release.asset_id


def test_stores_and_secrets_come_after_their_operator(shipped: Shipped) -> None:
    (operator,) = shipped.of_chart(OPERATOR_OF_SECRETS)
    assert wave(shipped, operator.asset_id) < wave(shipped, shipped.cluster)


def test_runners_name_the_service_account_of_a_controller_in_their_cluster(shipped: Shipped) -> None:
    (controller,) = shipped.of_chart("gha-runner-scale-set-controller")
    (runners,) = shipped.of_chart("gha-runner-scale-set")
    account = {"name": controller.asset.helm.values["serviceAccount"]["name"], "namespace": controller.namespace}
    assert shipped.values[runners.asset_id]["controllerServiceAccount"] == account


def test_every_database_that_a_release_opens_is_made(shipped: Shipped) -> None:
    (postgres,) = shipped.of_chart("cluster")
    values = shipped.values[postgres.asset_id]
    made = {*values_at(values, "cluster.initdb.database"), *values_at(values, "databases.*.name")}
    opened = [
        urlsplit(name).path.removeprefix("/")
        for release in shipped.releases
        for path in CHARTS[release.chart.name].databases
        for name in values_at(shipped.values[release.asset_id], path)
    ]
    assert len(opened) > 5
    assert set(opened) | {shipped.topology.runtime_dependencies.postgres.database} == made


def wave(shipped: Shipped, application: str) -> int:
    """The sync wave of an Application."""
    metadata = shipped.documents[f"applications/{application}.yaml"]["metadata"]
    return int(metadata["annotations"]["argocd.argoproj.io/sync-wave"])
