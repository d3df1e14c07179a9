# SPDX-License-Identifier: GPL-3.0-or-later
"""Drop-ins of administrators: one that adds is kept in silence, one that changes what we said is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.finding import REMOVE, Finding, Kind
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.override_drift import overridden
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore

from ..samples import a_generation, a_unit

UNIT = "[Unit]\nAfter=network.target\n[Service]\nUser=x\nExecStart=/bin/true\nRestart=on-failure\n"
GENERATION = a_generation(x=a_unit(text=UNIT, dropin="[Service]\nProtectHome=yes\n"))
FOLDER = "/etc/systemd/system/x.service.d"
OURS = f"{FOLDER}/zzzz-fractalops.conf"


def found(tmp_path: Path, text: str, name: str = "mine.conf", folder: str = FOLDER) -> list[Finding]:
    """What is found of one drop-in; systemd lists it and ours in the order of their names."""
    layout = Layout(tmp_path)
    GenerationStore(layout).stage(GENERATION, {})
    path = layout.inside(f"{folder}/{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    listed = sorted([f"{folder}/{name}", OURS], key=lambda one: one.rpartition("/")[2])
    return list(overridden(layout, GENERATION, {"x.service": {"DropInPaths": " ".join(listed)}}))


@pytest.mark.parametrize(
    "text",
    [
        "[Service]\nNice=5\n",
        "[Unit]\nAfter=other.service\n",
        "[Service]\nExecStartPre=/bin/true\n",
        "[Service]\n# User=y\nUser=x\n",
        "[Service]\nRestart =  on-failure\n",
        "[Service]\nEnvironment=A=b\n",
        "",
    ],
)
def test_what_only_adds_or_says_the_same_is_no_drift(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_what_says_something_else_is_found_by_file_and_directive(tmp_path: Path) -> None:
    assert found(tmp_path, "[Service]\nUser=root\nRestart=no\n") == [
        Finding(Kind.DROPIN, f"{FOLDER}/mine.conf Service.Restart", "on-failure", "no", REMOVE),
        Finding(Kind.DROPIN, f"{FOLDER}/mine.conf Service.User", "x", "root", REMOVE),
    ]


def test_a_command_that_begins_anew_is_found_and_never_shown(tmp_path: Path) -> None:
    assert found(tmp_path, "[Service]\nExecStart=\nExecStart=/bin/sh -c token=abc\n") == [
        Finding(Kind.DROPIN, f"{FOLDER}/mine.conf Service.ExecStart", "/bin/true", "another value, not shown", REMOVE)
    ]


@pytest.mark.parametrize(("name", "is_found"), [("mine.conf", False), ("zzzzz.conf", True)])
def test_a_drop_in_wins_over_ours_only_when_it_comes_later(tmp_path: Path, name: str, is_found: bool) -> None:  # noqa: FBT001
    assert bool(found(tmp_path, "[Service]\nProtectHome=no\n", name)) is is_found


def test_what_lxc_lays_over_every_service_is_not_of_an_administrator(tmp_path: Path) -> None:
    assert found(tmp_path, "[Service]\nUser=root\n", folder="/run/systemd/system/service.d") == []
