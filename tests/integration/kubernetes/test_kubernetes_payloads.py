# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is in an emitted tree, plain or encoded; and the scanner does find one that is."""

from __future__ import annotations

import base64

import yaml
from ansible_collections.fractalops.infra.tests.check.payloads import findings


def test_no_file_of_the_tree_shows_a_secret(fleet, playbook):
    assert playbook.run(fleet).returncode == 0
    files = fleet.files()
    assert files
    for path, content in files.items():
        assert list(findings(content.decode())) == [], path


def test_no_manifest_has_a_place_for_a_payload(fleet, playbook):
    assert playbook.run(fleet).returncode == 0
    manifests = list(fleet.overlay.rglob("*.yaml"))
    assert manifests
    for path in manifests:
        content = yaml.safe_load(path.read_text())
        assert content.get("kind") != "Secret"
        assert not {"stringData", "template"} & set(str(content).split("'"))


def test_the_scanner_finds_what_it_looks_for():
    token = "s." + "A1b2C3d4E5f6G7h8I9j0K1l2"
    once = base64.b64encode(token.encode()).decode()
    twice = base64.b64encode(f"x {once}".encode()).decode()
    for text in (token, f"a: {once}", f"a: {twice}", "postgresql://u:p" + "w@db/x", "AKIA" + "A" * 16):
        assert list(findings(text))
