# SPDX-License-Identifier: GPL-3.0-or-later
"""``current`` follows what is confirmed, and is never in the way of it."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import precheck
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import current_link
from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded

from ..samples import a_generation, a_unit


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """``/opt/shop`` with two releases."""
    for release_id in ("1", "2"):
        (tmp_path / "opt/shop/releases" / release_id).mkdir(parents=True)
    return tmp_path / "opt/shop"


def running(*release_ids: str) -> Generation:
    """A generation whose units run these releases of ``shop``."""
    units = {f"u{n}": a_unit(release=f"/opt/shop/releases/{one}") for n, one in enumerate(release_ids)}
    return a_generation(**units, other=a_unit())


def test_the_link_moves_with_the_release(tmp_path: Path, shop: Path) -> None:
    for release_id in ("1", "2", "2", "1"):
        current_link.follow(Layout(tmp_path), running(release_id, release_id))
        assert os.readlink(shop / "current") == f"releases/{release_id}"
    assert sorted(path.name for path in shop.iterdir()) == ["current", "releases"]


def test_of_two_releases_none_is_current(tmp_path: Path, shop: Path) -> None:
    current_link.follow(Layout(tmp_path), running("1"))
    current_link.follow(Layout(tmp_path), running("1", "2"))
    assert os.readlink(shop / "current") == "releases/1"


def test_what_is_not_a_link_stays(tmp_path: Path, shop: Path) -> None:
    (shop / "current").mkdir()
    current_link.follow(Layout(tmp_path), running("1"))
    assert (shop / "current").is_dir() and not (shop / "current").is_symlink()


def test_a_link_in_the_way_is_not_followed(tmp_path: Path, shop: Path) -> None:
    os.rename(shop, tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", shop)
    current_link.follow(Layout(tmp_path), running("1"))
    assert not (tmp_path / "elsewhere/current").is_symlink()


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel says of a file system that takes no writes."""
    monkeypatch.setattr(os, "fstatvfs", lambda _folder: SimpleNamespace(f_flag=os.ST_RDONLY))


@pytest.mark.usefixtures("read_only")
def test_a_link_that_has_to_move_needs_a_disk_that_takes_writes(tmp_path: Path, shop: Path) -> None:
    current_link.follow(Layout(tmp_path), running("1"))
    current_link.require_movable(Layout(tmp_path), running("1"))
    current_link.require_movable(Layout(tmp_path), running("1", "2"))
    with pytest.raises(HostError, match=f"^{shop}/current: cannot be moved: Read-only file system; make /opt writable"):
        current_link.require_movable(Layout(tmp_path), running("2"))


@pytest.mark.usefixtures("read_only")
def test_what_is_no_link_or_not_there_needs_nothing(tmp_path: Path, shop: Path) -> None:
    current_link.require_movable(Layout(tmp_path), running("1"))
    (shop / "current").mkdir()
    current_link.require_movable(Layout(tmp_path), running("1"))
    current_link.require_movable(Layout(tmp_path / "empty"), running("1"))


@pytest.mark.parametrize("component", ["opt", "opt/shop", "opt/shop/releases", "opt/shop/releases/1"])
def test_a_release_behind_a_link_is_refused_with_the_component(tmp_path: Path, shop: Path, component: str) -> None:
    precheck.releases(Layout(tmp_path), running("1"))
    os.rename(tmp_path / component, tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", tmp_path / component)
    with pytest.raises(HostError, match=f"^{tmp_path / component}: is a symbolic link; a release stands in a real"):
        precheck.releases(Layout(tmp_path), running("1"))


def test_the_link_leads_to_one_release_or_the_other_at_any_moment(tmp_path: Path, shop: Path) -> None:
    current_link.follow(Layout(tmp_path), running("1"))
    with recorded(shop) as recorder:
        current_link.follow(Layout(tmp_path), running("2"))
    outcomes = Outcomes(tmp_path / "cuts", lambda root: os.readlink(root / "current"))
    assert outcomes.of(recorder.moments) == {"releases/1", "releases/2"}
    assert outcomes.at(recorder.moments[-1]) == {"releases/2"}
