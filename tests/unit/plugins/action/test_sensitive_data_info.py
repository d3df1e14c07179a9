# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action refuses before it reaches the host, and its options as documented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.action.sensitive_data_info import OPTIONS
from ansible_collections.fractalops.infra.plugins.modules.sensitive_data_info import DOCUMENTATION
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from yaml import safe_load

TOPOLOGY = ROOT / "tests" / "golden" / "graph" / "topology.yml"
DOCUMENT = {"asset": "a", "services": {"x": {"credentials": {"password": "bao://secret/a#b"}}}}
OPENBAO = {"address": "https://127.0.0.1:1", "mount": "secret", "auth": {"method": "approle"}}


def refusal(folder: Path, **options: Any) -> str:
    """Why the action fails. The host is the controller itself, and is not looked at."""
    (folder / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (folder / "topology.yml").write_bytes(TOPOLOGY.read_bytes())
    given = json.dumps({"roots": [str(folder)], **options})
    done = ansible("adhoc", folder, "control_plane", "-m", "fractalops.infra.sensitive_data_info", "-a", given)
    assert done.returncode != 0
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize(
    ("options", "words"),
    (
        ({"waivers": [{"path": "/a", "rule": "jwt", "reason": "x"}]}, "waivers[0]: expires is missing"),
        ({"waivers": [{"path": "/a", "rule": "x", "reason": "x", "expires": "2027-01-01"}]}, "rule 'x' does not exist"),
        ({"waivers_file": "/gone/waivers.yml"}, "/gone/waivers.yml"),
        ({"openbao_credentials_file": "/gone"}, "document and openbao are missing"),
        (
            {"openbao_credentials_file": "/gone", "document": json.dumps(DOCUMENT), "openbao": OPENBAO},
            "pipelining is off for this host",
        ),
        ({"root": ["/"]}, "Unsupported parameters"),
        ({"roots": []}, "roots: names no folder"),
    ),
)
def test_what_is_wrong_is_said_before_the_host_is_looked_at(
    tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    assert words in refusal(tmp_path, **options)


def test_every_option_is_documented_with_its_default() -> None:
    documented = safe_load(DOCUMENTATION)["options"]
    assert {name: (spec["type"], spec.get("default")) for name, spec in documented.items()} == {
        name: (spec["type"], spec.get("default")) for name, spec in OPTIONS.items()
    }
