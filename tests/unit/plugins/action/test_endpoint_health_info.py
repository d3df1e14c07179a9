# SPDX-License-Identifier: GPL-3.0-or-later
"""The action: its options as documented, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.action.endpoint_health_info import ActionModule
from ansible_collections.fractalops.infra.plugins.modules.endpoint_health_info import DOCUMENTATION
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.topology import TOPOLOGY as OPTION
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.documentation import options as documented_options
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

TOPOLOGY = ROOT / "tests" / "golden" / "graph" / "topology.yml"


def test_every_option_is_documented_with_its_default() -> None:
    documented, taken = documented_options(DOCUMENTATION), {**OPTION, **ActionModule.ARGUMENTS}
    assert {name: (spec["type"], spec.get("default"), spec.get("required")) for name, spec in documented.items()} == {
        name: (spec["type"], spec.get("default"), spec.get("required")) for name, spec in taken.items()
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"within_seconds": 0}, "within_seconds: out of range"),
        ({"ca_file": "/gone/ca.pem"}, "/gone/ca.pem: No such file or directory; name a PEM file of your CA"),
        ({"url": "http://127.0.0.1/"}, "Unsupported parameters"),
    ],
)
def test_what_is_wrong_is_refused_and_no_url_can_be_given(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (tmp_path / "topology.yml").write_bytes(TOPOLOGY.read_bytes())
    given = json.dumps({"topology": str(tmp_path / "topology.yml"), **options})
    done = ansible("adhoc", tmp_path, "control_plane", "-m", "fractalops.infra.endpoint_health_info", "-a", given)
    assert done.returncode != 0 and words in " ".join((done.stdout + done.stderr).split())
