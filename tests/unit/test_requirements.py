# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection says it needs: what an execution environment is made of, and what the work on it is pinned to."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENVIRONMENT = yaml.safe_load((ROOT / "meta/execution-environment.yml").read_text(encoding="utf-8"))
CONTROLLER = ROOT / "requirements/controller.txt"
#: ``name`` and an optional list of platforms.
SYSTEM = re.compile(r"[a-z0-9.+-]+( \[platform:[a-z]+\])?")


def entries(file: Path) -> list[str]:
    """The lines of a list, without comments."""
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def requirements() -> list[Requirement]:
    return [Requirement(line) for line in entries(CONTROLLER)]


def test_an_execution_environment_is_made_of_what_the_controller_needs() -> None:
    named = {kind: ROOT / path for kind, path in ENVIRONMENT["dependencies"].items()}
    assert named["python"] == CONTROLLER
    assert {requirement.name for requirement in requirements()} >= {"hvac", "jsonschema", "pydantic"}
    system = entries(named["system"])
    assert [line for line in system if not SYSTEM.fullmatch(line)] == []
    assert "openssh-client [platform:dpkg]" in system


def test_what_is_named_there_is_in_the_built_collection() -> None:
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    for path in ENVIRONMENT["dependencies"].values():
        assert (ROOT / path).is_file()
        assert not {path, path.split("/", maxsplit=1)[0]} & set(ignored)


@pytest.mark.parametrize("requirement", requirements(), ids=lambda one: one.name)
def test_a_library_has_a_range_of_versions(requirement: Requirement) -> None:
    assert {one.operator for one in requirement.specifier} <= {">=", "<"}
    assert ">=" in {one.operator for one in requirement.specifier}


@pytest.mark.parametrize("requirement", requirements(), ids=lambda one: one.name)
def test_the_version_that_we_work_with_is_in_the_range(requirement: Requirement) -> None:
    pinned = {canonicalize_name(one.name): one for one in map(Requirement, entries(ROOT / "requirements/develop.txt"))}
    (exact,) = pinned[canonicalize_name(requirement.name)].specifier
    assert exact.operator == "=="
    assert requirement.specifier.contains(exact.version)


def test_the_pre_commit_hook_takes_the_same_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {one.name: one.specifier for one in requirements()}
    hook = {one.name: one.specifier for one in map(Requirement, project["dependencies"])}
    assert hook == {name: ours[name] for name in ("jsonschema", "pydantic", "PyYAML")}
