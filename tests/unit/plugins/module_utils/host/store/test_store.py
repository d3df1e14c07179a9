# SPDX-License-Identifier: GPL-3.0-or-later
"""Generations on disk: whole, immutable, found damaged when they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import KEPT_GENERATIONS, GenerationStore

from ..samples import a_generation, a_unit


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def test_a_staged_generation_loads_as_it_was(layout: Layout) -> None:
    generation = a_generation()
    store = GenerationStore(layout)
    store.stage(generation, {})
    assert store.load(generation.id) == generation
    assert store.damaged(generation) == []


def test_units_hold_the_path_of_their_own_generation(layout: Layout) -> None:
    generation = a_generation()
    GenerationStore(layout).stage(generation, {})
    text = (layout.generation(generation.id) / "units/x.service").read_text()
    assert f"/etc/fractalops/generations/{generation.id}/files/x" in text


def test_what_a_killed_run_left_is_swept_by_the_next(layout: Layout) -> None:
    (layout.generations / ".dead.1").mkdir(parents=True)
    GenerationStore(layout).stage(a_generation(), {})
    assert not list(layout.generations.glob(".*"))


def test_a_file_changed_by_hand_is_damage_and_is_mended(layout: Layout) -> None:
    generation = a_generation()
    store = GenerationStore(layout)
    store.stage(generation, {})
    unit = layout.generation(generation.id) / "units/x.service"
    unit.write_text("[Service]\nExecStart=/bin/false\n")
    assert store.damaged(generation) == ["units/x.service"]
    store.stage(generation, {})
    assert store.damaged(generation) == []


def test_a_manifest_that_is_not_its_folder_is_refused(layout: Layout) -> None:
    generation = a_generation()
    store = GenerationStore(layout)
    store.stage(generation, {})
    layout.generation(generation.id).rename(layout.generation("0123456789abcdef"))
    with pytest.raises(HostError, match="is not the generation its folder names"):
        store.load("0123456789abcdef")


def test_a_secret_without_a_value_is_refused_before_anything_is_written(layout: Layout) -> None:
    generation = a_generation(x=a_unit(credentials={"key": "bao://secret/a#b@1"}))
    with pytest.raises(HostError, match="bao://secret/a#b@1: came without a value"):
        GenerationStore(layout).stage(generation, {})
    assert not layout.generation(generation.id).exists()


def test_the_boot_pointer_names_the_confirmed_generation(layout: Layout) -> None:
    generation = a_generation()
    store = GenerationStore(layout)
    assert store.confirmed() is None
    store.stage(generation, {})
    store.confirm(generation.id)
    assert store.confirmed() == generation


def test_old_generations_go_but_never_the_pinned_ones(layout: Layout) -> None:
    store = GenerationStore(layout)
    made = [a_generation(x=a_unit(files={"config.json": str(number)})) for number in range(KEPT_GENERATIONS + 3)]
    for generation in made:
        store.stage(generation, {})
    removed = store.prune({generation.id for generation in made})
    assert removed == []
    assert len(store.prune(set())) == 3


@pytest.mark.parametrize("name", ["../x.service", "X.service", "x.device", "-x.service", "a/b.service"])
def test_a_unit_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(HostError, match="is not a unit name of ours"):
        Generation.parse({"units": {name: a_unit()}})


@pytest.mark.parametrize("name", ["../key", ".key", "a/b", "Key", ""])
def test_a_credential_or_file_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    for kind in ("files", "credentials"):
        with pytest.raises(HostError, match="is not a plain file name"):
            Generation.parse({"units": {"x.service": a_unit(**{kind: {name: "x"}})}})


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_a_file_behind_a_link_is_damaged_and_repaired_with_its_target_untouched(
    layout: Layout, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    generation = a_generation()
    store = GenerationStore(layout)
    store.stage(generation, {})
    path, elsewhere = layout.generation(generation.id) / "units/x.service", tmp_path / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    elsewhere.chmod(0o600)
    path.unlink()
    link(path, elsewhere)
    assert store.damaged(generation) == ["units/x.service"]
    store.stage(generation, {})
    assert store.damaged(generation) == [] and not path.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o600 and elsewhere.stat().st_nlink == 1
