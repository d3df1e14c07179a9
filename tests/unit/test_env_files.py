# SPDX-License-Identifier: GPL-3.0-or-later
"""No env file is shipped, written or read: by no plugin, role or playbook, and in no tree written for a cluster."""

from __future__ import annotations

import ast
import os
import re

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.kind import Kind, kind_of
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, python_files

#: Golden trees are what is written for clusters, byte for byte.
PLACES = ("plugins", "roles", "playbooks", "inventories", "molecule", "tests", "docs", "meta")
WRITERS = ("roles", "playbooks", "inventories")
MENTION = re.compile(r"[\w/}]*\.env\b(?!iron)|\bEnvironmentFile\s*=|\benv_file\b")
DOCUMENTING = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
IN_PYTHON = re.compile(r"\.env\b(?!iron)|\bEnvironmentFile\b|\benv_file\b|\bdotenv\b")
#: Plugins that know the name of an env file, and what for. None opens a file of that name.
KNOWN = {
    "plugins/module_utils/audit/kind.py": "finds them on hosts",
    "plugins/module_utils/audit/rule.py": "says what was found",
    "plugins/module_utils/audit/unit_file.py": "finds units that read one",
    "plugins/module_utils/release/delivery.py": "warns of one that is still there",
    "plugins/module_utils/release/member.py": "refuses one in a release",
    "plugins/plugin_utils/topology/facts/directives.py": "names of all directives",
    "plugins/plugin_utils/topology/rules/directives.py": "refuses the directive",
    "plugins/plugin_utils/topology/rules/releases.py": "refuses one in a command or a directory",
}


def mentions(text: str) -> list[str]:
    """Each way in which a task or a template could write or read an env file."""
    return MENTION.findall(text)


def named_in(source: str) -> list[str]:
    """Each text of a Python program that names an env file; what documents it counts as no text."""
    tree = ast.parse(source)
    documents = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    } | {
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and {getattr(name, "id", "") for name in node.targets} & DOCUMENTING
    }
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)]
    found = [os.fsdecode(node.value) for node in texts if node not in documents]
    return [text for text in found if IN_PYTHON.search(text)]


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


def test_no_plugin_knows_the_name_of_one_but_to_find_or_refuse_it() -> None:
    files = python_files("plugins")
    assert len(files) > 100
    assert {file for file in files if named_in((ROOT / file).read_text(encoding="utf-8"))} == set(KNOWN)


@pytest.mark.parametrize(
    "source", ("open('/opt/app/shared/.env')", "path = b'app.env.local'", "import x\nf(f'{x}/.env')")
)
def test_a_name_in_a_plugin_is_found(source: str) -> None:
    assert named_in(source)
    assert named_in(f'"""About .env files."""\nRETURN = "sample: /opt/.env"\n{source}') == named_in(source)
