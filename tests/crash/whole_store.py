# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host would boot from a disk, and whether all of that is whole; looked at with the product's own store."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore, credential_names


def booted_generation(root: Path) -> str | None:
    """What the boot pointer on this disk names."""
    return GenerationStore(Layout(root)).confirmed_id()


def torn(root: Path) -> list[str]:
    """What is not whole on this disk: of any generation that has its name, and of what boots the confirmed one."""
    layout = Layout(root)
    store = GenerationStore(layout)
    wrong = [name for generation_id in store.ids() for name in _damaged(layout, store, generation_id)]
    try:
        generation = store.confirmed()
    except HostError as error:
        return [*wrong, str(error)]
    if generation is None:
        return [*wrong, "no generation"]
    return wrong + [f"{link} is not there" for link in unit_link.missing(unit_link.stubs(layout, generation))]


def _damaged(layout: Layout, store: GenerationStore, generation_id: str) -> list[str]:
    try:
        generation = store.load(generation_id)
    except HostError as error:
        return [str(error)]
    empty = [name for name in credential_names(generation) if not _size(layout.generation(generation_id) / name)]
    return [f"{generation_id}/{name}" for name in [*store.damaged(generation), *empty]]


def _size(path: Path) -> int:
    return path.lstat().st_size if path.is_file() else 0
