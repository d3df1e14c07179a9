# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task is told of a host document that is not of the topology as it is now."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import HostDocument, OriginDocument
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_document import require_current_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.freshness import StaleInventoryError, digest_of

BY_HAND = HostDocument(asset="web", activation={"window_seconds": 1, "soak_seconds": 1}, services={})


@pytest.fixture(name="document")
def make_document(tmp_path: Path) -> HostDocument:
    source = tmp_path / "topology.yml"
    source.write_text("anything: at all\n")
    files = digest_of(str(source), ()).files
    return HostDocument(**BY_HAND, topology=OriginDocument(source=str(source), files=files))


def test_a_document_of_the_topology_as_it_is_passes(document: HostDocument) -> None:
    require_current_document(document)


def test_one_that_was_made_by_hand_passes() -> None:
    require_current_document(BY_HAND)


def test_an_older_one_is_refused_and_what_changed_is_named(document: HostDocument) -> None:
    Path(document["topology"]["source"]).write_text("anything: else\n")
    with pytest.raises(StaleInventoryError, match=r"\(topology.yml changed\); sync the inventory again"):
        require_current_document(document)


def test_one_whose_topology_is_elsewhere_is_refused(document: HostDocument) -> None:
    Path(document["topology"]["source"]).unlink()
    with pytest.raises(StaleInventoryError, match="the topology this inventory was made from is not there"):
        require_current_document(document)
