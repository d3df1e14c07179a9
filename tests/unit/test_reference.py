# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated reference says what the models say."""

from __future__ import annotations

from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.tests.check.reference import DOCUMENT, reference


def test_the_reference_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == reference(), "run: python -m …tests.check.reference"


def test_every_section_is_in_the_reference() -> None:
    assert [name for name in Topology.model_fields if f"| `{name}` |" not in reference()] == []
