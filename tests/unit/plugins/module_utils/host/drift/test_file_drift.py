# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders, links and accounts that systemd was to make: what is there as declared, and what is not."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.file_drift import MISSING, accounts
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.finding import Kind
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import GENERATION_MARK, Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout

from ..samples import a_generation

OWNER = f"{pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name}"
TMPFILES = (
    f"d /var/lib/shop 0750 {OWNER} -\n"
    f"L+ /run/fractalops/files/shop - - - - {GENERATION_MARK}/files/shop.service\n"
    "# a comment\n"
)


@pytest.fixture
def generation() -> Generation:
    return Generation.parse({**a_generation().document, "tmpfiles": TMPFILES})


@pytest.fixture
def layout(tmp_path: Path, generation: Generation) -> Layout:
    """A host on which systemd-tmpfiles did its work."""
    folder, link = tmp_path / "var/lib/shop", tmp_path / "run/fractalops/files/shop"
    folder.mkdir(parents=True)
    folder.chmod(0o750)
    link.parent.mkdir(parents=True)
    link.symlink_to(f"/etc/fractalops/generations/{generation.id}/files/shop.service")
    return Layout(tmp_path)


def test_what_is_as_declared_is_no_finding(layout: Layout, generation: Generation) -> None:
    assert list(accounts(layout, generation)) == []


def test_a_folder_with_another_mode_is_told(layout: Layout, generation: Generation) -> None:
    layout.inside("/var/lib/shop").chmod(0o777)
    (found,) = accounts(layout, generation)
    declared, there = (f"folder {mode} {OWNER.replace(' ', ':')}" for mode in ("750", "777"))
    assert (found.kind, found.subject) == (Kind.ACCOUNTS, "/var/lib/shop")
    assert (found.expected, found.found) == (declared, there)


def test_a_folder_that_is_gone_is_told(layout: Layout, generation: Generation) -> None:
    layout.inside("/var/lib/shop").rmdir()
    assert [(one.subject, one.found) for one in accounts(layout, generation)] == [("/var/lib/shop", MISSING)]


@pytest.mark.parametrize("target", [None, "/elsewhere"])
def test_a_link_that_leads_elsewhere_or_is_gone_is_told(
    layout: Layout, generation: Generation, target: str | None
) -> None:
    link = layout.inside("/run/fractalops/files/shop")
    link.unlink()
    if target:
        link.symlink_to(target)
    (found,) = accounts(layout, generation)
    assert (found.kind, found.subject) == (Kind.LINK, "/run/fractalops/files/shop")
    assert found.found == (f"link to {target}" if target else MISSING)


def test_a_user_that_is_gone_is_told(layout: Layout, generation: Generation) -> None:
    wanted = Generation.parse({**generation.document, "users": ["fractalops-nobody-at-all"]})
    link = layout.inside("/run/fractalops/files/shop")
    link.unlink()
    link.symlink_to(f"/etc/fractalops/generations/{wanted.id}/files/shop.service")
    (found,) = accounts(layout, wanted)
    assert (found.kind, found.subject, found.found) == (Kind.ACCOUNTS, "fractalops-nobody-at-all", MISSING)
