# SPDX-License-Identifier: GPL-3.0-or-later
"""Links and masks through which systemd sees a generation; what is of others stays."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore

from ..samples import a_generation, a_unit

UNITS = {
    "x@.service": a_unit(instances=["a"], wanted_by=["x.target"]),
    "x.timer": a_unit(dropin="", wanted_by=["timers.target"]),
    "x.target": a_unit(dropin="", state="stopped", wanted_by=["multi-user.target"]),
    "x.slice": a_unit(dropin="", state="on-demand", wanted_by=[]),
}
OTHERS = {"drop_ins": {"ssh.service": {"text": "[Unit]", "properties": {}, "restart": False}}, "masks": ["a.timer"]}


def full(**parts: Any) -> Generation:
    return Generation.parse({**a_generation().document, "units": UNITS, **OTHERS, **parts})


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def test_stubs_of_every_kind_of_unit(layout: Layout) -> None:
    stubs = {
        str(link.relative_to(layout.root / "etc")): target
        for link, target in unit_link.stubs(layout, full()).items()
        if link.parent.name not in ("sysusers.d", "tmpfiles.d")
    }
    confirmed = "/etc/fractalops/confirmed"
    assert stubs == {
        "systemd/system/x@.service": f"{confirmed}/units/x@.service",
        "systemd/system/x@.service.d/zzzz-fractalops.conf": f"{confirmed}/dropins/x@.service.d/zzzz-fractalops.conf",
        "systemd/system/x.target.wants/x@a.service": "../x@.service",
        "systemd/system/x.timer": f"{confirmed}/units/x.timer",
        "systemd/system/timers.target.wants/x.timer": "../x.timer",
        "systemd/system/x.target": f"{confirmed}/units/x.target",
        "systemd/system/x.slice": f"{confirmed}/units/x.slice",
        "systemd/system/ssh.service.d/zzzz-fractalops.conf": f"{confirmed}/dropins/ssh.service.d/zzzz-fractalops.conf",
        "systemd/system-generators/fractalops": f"{confirmed}/generator",
    }


def test_settings_that_a_generation_takes_away_are_hidden_in_its_trial(layout: Layout) -> None:
    unit_link.ensure(unit_link.stubs(layout, full()))
    units = {"x@.service": a_unit(dropin="", instances=["a"])}
    unit_link.ensure(unit_link.trial_links(layout, full(units=units, drop_ins={}, masks=[])))
    hidden = {path.parent.name for path in unit_link.on_trial(layout) if unit_link.read_link(path) == os.devnull}
    assert hidden == {"x@.service.d", "ssh.service.d", "system-generators"}


OURS = {
    "etc/systemd/system/x.service": "/etc/fractalops/confirmed/units/x.service",
    "etc/systemd/system/a.target.wants/x.service": "../x.service",
    "etc/systemd/system/a.target.wants/t@i.service": "../t@.service",
    "etc/systemd/system/a.target.wants/gone.service": "../gone.service",
    "etc/systemd/system-generators/fractalops": "/etc/fractalops/confirmed/generator",
    "run/systemd/system-generators/fractalops": "/dev/null",
    "etc/sysusers.d/fractalops.conf": "/etc/fractalops/confirmed/sysusers.conf",
}
THEIRS = {
    "etc/systemd/system/y.service": "/lib/systemd/system/y.service",
    "etc/systemd/system/masked.service": "/dev/null",
    "etc/systemd/system/beside.service": "/etc/fractalops-old/units/beside.service",
    "etc/systemd/system/below.service": "/srv/etc/fractalops/confirmed/units/below.service",
    "etc/systemd/system/a.target.wants/y.service": "../y.service",
    "etc/systemd/system/a.target.wants/f.service": "../f.service",
    "etc/systemd/system/a.target.wants/alias.service": "../x.service",
    "etc/systemd/system/a.target.wants/w.service": "/lib/systemd/system/w.service",
    "etc/systemd/system-generators/other": "/etc/fractalops/confirmed/generator",
}


@pytest.mark.parametrize("link", [*OURS, *THEIRS, "etc/systemd/system/f.service"])
def test_whose_a_link_is(layout: Layout, link: str) -> None:
    """Only links of ours are removed; a file, and a link to what is of somebody else, stay."""
    for path, target in {**OURS, **THEIRS, "etc/systemd/system/t@.service": "/etc/fractalops/t"}.items():
        (layout.root / path).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(target, layout.root / path)
    (layout.unit_stubs / "f.service").write_text("a file of somebody else")
    assert unit_link.is_ours(layout.root / link) is (link in OURS)
    unit_link.remove([layout.root / link])
    assert os.path.lexists(layout.root / link) is (link not in OURS)


def test_all_of_it_is_removed_and_nothing_of_others(layout: Layout) -> None:
    others = [
        layout.unit_stubs / "timers.target.wants" / "apt.timer",
        layout.unit_stubs / "timers.target.wants" / "gone.timer",
        layout.unit_stubs / "ssh.service.d" / "own.conf",
        layout.generator_stub.with_name("other"),
    ]
    for link in others:
        link.parent.mkdir(parents=True, exist_ok=True)
        os.symlink("/lib/systemd/system/absent", link)
    unit_link.ensure(unit_link.stubs(layout, full()))
    unit_link.ensure(unit_link.trial_links(layout, full()))
    unit_link.remove(unit_link.on_trial(layout))
    unit_link.remove(unit_link.leftovers(layout, None))
    left = [path for path in layout.root.rglob("*") if path.is_symlink()]
    assert sorted(left) == sorted(others)
    assert not (layout.unit_stubs / "x.target.wants").exists()


def test_a_trial_without_masks_hides_those_that_are_confirmed(layout: Layout) -> None:
    assert layout.trial_generator not in unit_link.trial_links(layout, full(masks=[]))
    unit_link.ensure(unit_link.stubs(layout, full()))
    assert unit_link.trial_links(layout, full(masks=[]))[layout.trial_generator] == "/dev/null"
    assert unit_link.trial_links(layout, full())[layout.trial_generator].endswith(f"{full().id}/generator")


def test_masks_are_made_by_a_program_that_systemd_runs(layout: Layout, tmp_path: Path) -> None:
    generation = full(masks=["a.timer", "dev-disk-by\\x2did.swap"])
    GenerationStore(layout).stage(generation, {})
    folders = [tmp_path / name for name in ("normal", "early", "late")]
    for folder in folders:
        folder.mkdir()
    subprocess.run(
        [layout.generation(generation.id) / "generator", *folders], check=True, env={"PATH": "/bin:/usr/bin"}
    )
    assert {path.name: os.readlink(path) for path in folders[1].iterdir()} == {
        "a.timer": "/dev/null",
        "dev-disk-by\\x2did.swap": "/dev/null",
    }


@pytest.mark.parametrize("name", ["a", "a.timer'; true", "../a.timer", "$(id).timer", "a/b.timer", "-a.timer"])
def test_a_name_that_could_do_more_than_name_a_unit_is_refused(name: str) -> None:
    for parts in ({"masks": [name]}, {"drop_ins": {name: {"text": "", "properties": {}, "restart": False}}}):
        with pytest.raises(HostError, match="is not a unit name"):
            full(**parts)


@pytest.mark.parametrize("instance", ["", "../x", "a b", "-a", "%i"])
def test_an_instance_that_could_leave_its_folder_is_refused(instance: str) -> None:
    with pytest.raises(HostError, match="is not the name of an instance"):
        Generation.parse({**a_generation().document, "units": {"x@.service": a_unit(instances=[instance])}})


def test_links_of_reloaded_config_that_nobody_needs_are_left_over(layout: Layout) -> None:
    layout.reloaded_files.mkdir(parents=True)
    for name in ("x.service", "y.service"):
        os.symlink("/etc/fractalops/generations/a/files/" + name, layout.reloaded_files / name)
    generation = a_generation(x=a_unit(reloads=True))
    unit_link.ensure(unit_link.stubs(layout, generation))
    assert unit_link.leftovers(layout, generation) == [layout.reloaded_files / "y.service"]
