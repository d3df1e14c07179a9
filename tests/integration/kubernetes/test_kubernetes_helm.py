# SPDX-License-Identifier: GPL-3.0-or-later
"""The emitted values under the real Helm SDK: rendered as meant, rejected where the chart's schema says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent


def render(values: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "render.py"), str(HERE / "chart"), str(values)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_values_render_with_their_strings_as_strings(fleet, playbook):
    assert playbook.run(fleet).returncode == 0
    done = render(fleet.overlay / "values" / "portal.yaml")
    assert done.returncode == 0, done.stderr
    (deployment,) = (yaml.safe_load(text) for text in json.loads(done.stdout).values())
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert deployment["spec"]["replicas"] == 2
    assert container["image"] == "ghcr.io/fractalops/portal:1e3"
    assert container["env"][1] == {"name": "FEATURE", "value": "on"}
    assert container["args"] == ["#!/bin/sh\nexec portal --listen 0.0.0.0:8080\n"]
    assert container["envFrom"] == [{"secretRef": {"name": "portal-credentials"}}]


def test_values_the_schema_of_the_chart_forbids_are_rejected(fleet, playbook):
    fleet.change(lambda data: data["runtime_assets"]["portal"]["helm"]["values"].update(replicas="2"))
    assert playbook.run(fleet).returncode == 0
    done = render(fleet.overlay / "values" / "portal.yaml")
    assert done.returncode != 0
    assert "replicas" in done.stderr
    assert "integer" in done.stderr
