# SPDX-License-Identifier: GPL-3.0-or-later
"""The emitted tree under the real kustomize: it builds, and every string comes through as it was meant."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.yaml_writer import yaml_text

#: Without << and =, which kustomize writes plain and PyYAML then cannot read back.
TREACHEROUS = [
    "1e3", "0o14", "on", "y", "n", "~", "null", "1_000", "0x1f", "012", "12:30", "190:20:30", "2026-01-01", ".inf",
    ".nan", "1.10", " a", "a ", "a\n", "a\n b\n", "a: b", "a #b", "- a", "{a}", "true", "NO", "", "\t",
    "\u2028", "ä🦊",
]  # fmt: skip


def built(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True, timeout=60)
    return list(yaml.safe_load_all(done.stdout))


def test_the_overlay_builds_with_every_manifest_in_it(fleet, playbook):
    assert playbook.run(fleet).returncode == 0
    objects = built(fleet.overlay)
    listed = yaml.safe_load((fleet.overlay / "kustomization.yaml").read_text())["resources"]
    kinds = sorted(found["kind"] for found in objects)
    assert len(objects) == len(listed) == 14
    of_stores = ["SecretStore"] * 2 + ["ServiceAccount"] * 2
    assert kinds == ["Application"] * 5 + ["ExternalSecret"] * 2 + ["Namespace"] * 3 + of_stores
    written = [yaml.safe_load((fleet.overlay / path).read_text()) for path in listed]
    assert sorted(map(str, objects)) == sorted(map(str, written)), "kustomize reads what we wrote as we meant it"


def test_every_string_survives_kustomize_as_the_same_string(tmp_path):
    data = {f"key-{number}": text for number, text in enumerate(TREACHEROUS)}
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "strings"}, "data": data}
    (tmp_path / "strings.yaml").write_text(yaml_text(config_map))
    (tmp_path / "kustomization.yaml").write_text(yaml_text({"resources": ["strings.yaml"]}))
    assert built(tmp_path) == [config_map]
