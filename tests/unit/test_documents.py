# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages point to documents that somebody has who installed the collection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.documentation import VERSION, document_url

from .imports import ROOT

GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
PLACES = ("plugins", "roles", "playbooks")
#: A document as a clone has it. In an address, ``docs`` comes after a slash.
BARE = re.compile(r"(?<!/)\bdocs/[\w/-]*\.md")
CALL = re.compile(r"""document_url\(["']([\w-]+)["']\)|["']([\w-]+)["'] \| fractalops\.infra\.document_url""")
#: In filter/document_url.yml and the role readmes.
ADDRESS = re.compile(rf"{re.escape(GALAXY['repository'])}/(?:blob|tree)/([^/\s]+)/docs/([\w/-]+)\.md")


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of what is installed and can say something."""
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                yield file, file.read_text(encoding="utf-8")


def test_the_version_is_that_of_the_collection() -> None:
    assert GALAXY["version"] == VERSION
    assert GALAXY["documentation"] == f"{GALAXY['repository']}/tree/v{VERSION}/docs"


@pytest.mark.parametrize("name", ["secrets", "first-host"])
def test_a_document_has_an_address_in_the_version_that_runs(name: str) -> None:
    assert document_url(name) == f"{GALAXY['repository']}/blob/v{GALAXY['version']}/docs/{name}.md"


def test_no_message_names_a_document_as_only_a_clone_has_it() -> None:
    found = [f"{file.relative_to(ROOT)}: {bare}" for file, text in texts() for bare in BARE.findall(text)]
    assert found == []


def test_every_document_that_a_message_names_exists() -> None:
    named = {name or other for _file, text in texts() for name, other in CALL.findall(text)}
    assert {"secrets", "break-glass"} <= named
    assert [name for name in sorted(named) if not (ROOT / "docs" / f"{name}.md").is_file()] == []


def test_every_address_of_a_document_is_one_of_this_version() -> None:
    readme = ((ROOT / "README.md"), (ROOT / "README.md").read_text(encoding="utf-8"))
    found = [(version, name) for _file, text in (*texts(), readme) for version, name in ADDRESS.findall(text)]
    assert found
    assert {version for version, _name in found} == {f"v{VERSION}"}
    assert [name for _version, name in found if not (ROOT / "docs" / f"{name}.md").is_file()] == []
