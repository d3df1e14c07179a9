# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential type in docs/runner.md is one that AWX takes and that gives a file we read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.approle import approle
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

DOCUMENT = (ROOT / "docs" / "runner.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml\n# (input|injector)\n(.*?)```", re.DOTALL)
TYPES = {"string", "boolean"}


def blocks() -> dict[str, Any]:
    return {name: yaml.safe_load(text) for name, text in BLOCK.findall(DOCUMENT)}


def injected(**inputs: object) -> str:
    """The file, rendered as AWX does: sandboxed, undefined names are errors."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    return environment.from_string(blocks()["injector"]["file"]["template"]).render(**inputs)


def test_every_input_is_of_a_type_that_awx_has_and_the_secret_is_secret() -> None:
    given = blocks()["input"]
    fields = {field["id"]: field for field in given["fields"]}
    assert {field["type"] for field in fields.values()} <= TYPES
    assert set(given["required"]) <= set(fields)
    assert fields["secret_id"]["secret"] is True


def test_nothing_is_injected_into_the_environment() -> None:
    injector = blocks()["injector"]
    assert set(injector) == {"file", "extra_vars"}
    assert injector["extra_vars"] == {"openbao_credentials_file": "{{ tower.filename }}"}


def test_the_injected_file_is_a_credentials_file(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.touch(mode=0o600)
    file.write_text(injected(role_id="r-1", secret_id="s-1", is_wrapped=False))
    identity = approle({"path": "approle"}, str(file))
    assert {name: value.reveal() for name, value in identity.parameters.items()} == {
        "role_id": "r-1",
        "secret_id": "s-1",
    }


def test_a_wrapped_secret_id_is_injected_under_its_own_name() -> None:
    document = json.loads(injected(role_id="r-1", secret_id="w-1", is_wrapped=True))
    assert document == {"role_id": "r-1", "wrapped_secret_id": "w-1"}


@pytest.mark.parametrize("name", ("input", "injector"))
def test_both_halves_are_there(name: str) -> None:
    assert name in blocks()
