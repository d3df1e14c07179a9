# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task is told of a host document that does not fit its topology."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import HostDocument
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_document import require_current_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.digest import TopologyDigest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.freshness import StaleInventoryError, digest_of


@pytest.fixture(name="source")
def write_topology(tmp_path: Path) -> Path:
    source = tmp_path / "topology.yml"
    source.write_text("anything: at all\n")
    return source


@pytest.fixture(name="digest")
def look_at_it(source: Path) -> TopologyDigest:
    return digest_of(str(source), ())


def judged(made_from: str | None, **variables: Any) -> None:
    task = cast(ActionBase, SimpleNamespace(_templar=Templar(DataLoader())))
    document: dict[str, Any] = {"asset": "web", "activation": {"window_seconds": 1, "soak_seconds": 1}, "services": {}}
    document |= {} if made_from is None else {"topology": made_from}
    require_current_document(task, cast(HostDocument, document), variables)


def test_a_document_of_the_topology_as_it_is_passes(source: Path, digest: TopologyDigest) -> None:
    judged(digest.short, topology_source=str(source), topology_digest=digest.text)


def test_one_that_was_made_by_hand_passes(source: Path) -> None:
    judged(None)
    judged(None, topology_source=str(source), topology_digest="{}")


def test_an_older_one_is_refused(source: Path, digest: TopologyDigest) -> None:
    source.write_text("anything: else\n")
    with pytest.raises(StaleInventoryError, match=r"\(topology.yml changed\); sync the inventory again"):
        judged(digest.short, topology_source=str(source), topology_digest=digest.text)


def test_one_that_a_sync_left_behind_is_refused(source: Path, digest: TopologyDigest) -> None:
    """AWX keeps a host that has left the topology; its groups get the variables of the sync."""
    with pytest.raises(StaleInventoryError, match="host_document was made when the topology was 0123456789abcdef, the"):
        judged("0123456789abcdef", topology_source=str(source), topology_digest=digest.text)


@pytest.mark.parametrize("missing", ("topology_source", "topology_digest"))
def test_one_that_cannot_be_compared_is_refused(source: Path, digest: TopologyDigest, missing: str) -> None:
    variables = {"topology_source": str(source), "topology_digest": digest.text}
    del variables[missing]
    with pytest.raises(InfraError, match="cannot be compared with its topology"):
        judged(digest.short, **variables)
