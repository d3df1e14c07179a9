# SPDX-License-Identifier: GPL-3.0-or-later
"""No env file is shipped, written or read: not by a role or playbook, not in a tree that is written for a cluster."""

from __future__ import annotations

import os
import re

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.kind import Kind, kind_of
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

#: Golden trees are what is written for clusters, byte for byte.
PLACES = ("plugins", "roles", "playbooks", "inventories", "molecule", "tests/golden", "docs", "meta")
WRITERS = ("roles", "playbooks", "inventories")
MENTION = re.compile(r"[\w/}]*\.env\b(?!iron)|\bEnvironmentFile\s*=|\benv_file\b")


def mentions(text: str) -> list[str]:
    """Each way in which a task or a template could write or read an env file."""
    return MENTION.findall(text)


def test_no_env_file_is_in_the_tree() -> None:
    files = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [str(path) for path in files if kind_of(os.fsencode(path)) is Kind.ENV] == []


def test_no_role_playbook_or_topology_names_one() -> None:
    files = [path for place in WRITERS for path in (ROOT / place).rglob("*") if path.is_file()]
    assert len(files) > 50
    found = {str(path.relative_to(ROOT)): mentions(path.read_text(encoding="utf-8")) for path in files}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "text", ("dest: /opt/app/shared/.env", "src: app.env", "EnvironmentFile=-/etc/default/x", "env_file: x")
)
def test_a_mention_is_found(text: str) -> None:
    assert mentions(text)
