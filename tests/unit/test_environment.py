# SPDX-License-Identifier: GPL-3.0-or-later
"""No value is read from the environment, ever: not by the plugins, not by what a role or playbook says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, python_files

#: Functions and attributes of ``os`` that read or set environment variables.
READERS = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
#: Ways of Ansible: facts, the lookup, the option source, a task's keyword.
ANSIBLE = re.compile(
    r"ansible_env\b|(lookup|query)\(\s*['\"](ansible\.builtin\.)?env['\"]|^\s*env:\s*$|env_vars?:", re.MULTILINE
)
#: The one look at the environment, and all it sees is names.
NAMES_ONLY = ("plugins/plugin_utils/task/runner.py", "return sorted(os.environ)")
PLACES = ("playbooks", "roles", "inventories", "plugins")


def readers(source: str) -> Iterator[str]:
    """Each place in ``source`` that touches the environment, as ``line: text``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            names = {node.attr}
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
        else:
            continue
        if names & READERS:
            yield f"{node.lineno}: {ast.unparse(node)}"


def test_no_plugin_reads_the_environment() -> None:
    files = [file for file in python_files("plugins") if file != NAMES_ONLY[0]]
    found = [f"{file}:{one}" for file in files for one in readers((ROOT / file).read_text(encoding="utf-8"))]
    assert files
    assert found == []


def test_the_one_look_at_the_environment_sees_names_only() -> None:
    source = (ROOT / NAMES_ONLY[0]).read_text(encoding="utf-8")
    assert NAMES_ONLY[1] in source
    assert len(list(readers(source))) == 1


def test_no_role_playbook_or_option_reads_the_environment() -> None:
    paths = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in {".yml", ".j2", ".py"}]
    found = [str(path.relative_to(ROOT)) for path in paths if ANSIBLE.search(path.read_text(encoding="utf-8"))]
    assert paths
    assert found == []


@pytest.mark.parametrize(
    "source",
    (
        "import os\nos.environ.get('A', 'b')",
        "import os as system\nsystem.getenv('A')",
        "from os import environ",
        "from os import getenv as ask",
    ),
)
def test_a_read_of_the_environment_is_found(source: str) -> None:
    assert list(readers(source))


@pytest.mark.parametrize(
    "text",
    (
        "password: \"{{ lookup('env', 'PASSWORD') }}\"",
        "password: \"{{ query('ansible.builtin.env', 'PASSWORD') }}\"",
        "home: '{{ ansible_env.HOME }}'",
        "    env:\n      - name: PASSWORD",
    ),
)
def test_a_way_around_through_ansible_is_found(text: str) -> None:
    assert ANSIBLE.search(text)
