# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup in a real play: no value without reveal, in any verbosity; with reveal the scan finds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils import errors
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY, settings
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

POSTGRES = "bao://secret/runtime/postgres#password"
LOOKUP = "lookup('fractalops.infra.openbao', ref{})"

#: The folder this very collection is loaded from.
COLLECTIONS = str(Path(errors.__file__).parents[5])


def _play(folder: Path, variables: dict[str, Any], expression: str) -> str:
    """Everything a play with one debug task says at full verbosity, and what it leaves in its own folders."""
    task = {"ansible.builtin.debug": {"msg": f"{{{{ {expression} }}}}"}, "ignore_errors": True}
    play = [{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": [task]}]
    (folder / "play.yml").write_text(json.dumps(play))
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    run = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), "-vvvvv", "-i", "localhost,", "play.yml"],
        cwd=folder,
        env={
            **environment,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    left_behind = [file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file()]
    return "\n".join([run.stdout, run.stderr, *left_behind])


@pytest.fixture
def variables(server: Server, credentials: str) -> dict[str, Any]:
    folder = Path(credentials)
    return {
        "folder": str(folder.parent),
        "topology_openbao": settings(server),
        "openbao_credentials_file": "{{ folder }}/" + folder.name,
        "ref": POSTGRES,
    }


def test_without_reveal_the_version_comes_out_and_the_value_does_not(
    tmp_path: Path, variables: dict[str, Any], server: Server
) -> None:
    before = server.accessors()
    output = _play(tmp_path, variables, LOOKUP.format(""))
    assert f'"msg": "{POSTGRES}@2"' in output
    assert CANARY.partition(" ")[0] not in output
    assert server.accessors() == before


def test_with_reveal_the_value_comes_out_and_is_not_a_template(tmp_path: Path, variables: dict[str, Any]) -> None:
    """The control of the scan above."""
    output = _play(tmp_path, variables, LOOKUP.format(", reveal=true"))
    assert f'"msg": "{CANARY}"' in output


@pytest.mark.parametrize(
    ("change", "words"),
    (
        ({"ref": "bao://secret/private/other#password"}, "policy lacks read on 'secret/data/private/other'"),
        ({"ref": ["bao://secret/runtime/none#k", f"{POSTGRES}@9"]}, "there is no secret at this path"),
        ({"ref": "canary-8f14e45f"}, "ref 1: not a secret ref"),
        ({"ref": 5}, "every term must be a string"),
        ({"openbao_credentials_file": "/dev/null"}, "not a regular file"),
    ),
)
def test_a_failure_is_told_in_our_words_without_a_value(
    tmp_path: Path, variables: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    expression = "query('fractalops.infra.openbao', *[ref] | flatten, reveal=true)"
    output = _play(tmp_path, {**variables, **change}, expression)
    assert words in output
    assert f'"msg": "{CANARY}"' not in output
