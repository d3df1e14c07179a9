# SPDX-License-Identifier: GPL-3.0-or-later
"""The links through which systemd sees a generation, and what lies beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..generation import Generation
from ..layout import Layout
from ..store import unit_link
from ..store.store import GenerationStore
from .file_drift import described, settings_compared
from .finding import REMOVE, Finding, Kind


def links(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """Stubs that are gone or lead elsewhere; a file in the place of one is compared with what it hides."""
    pointer = {layout.confirmed: "generations/" + generation.id}
    contents = GenerationStore(layout).contents(generation)
    for link, target in sorted(unit_link.missing({**pointer, **unit_link.stubs(layout, generation)}).items()):
        elsewhere = unit_link.read_link(link)
        is_unit = link.parent == layout.unit_stubs and link.name in generation.units
        is_taken = is_unit and elsewhere is not None and not unit_link.is_ours(link)
        found = f"link to {elsewhere}" if elsewhere else described(link)
        yield Finding(Kind.LINK, str(link), f"link to {target}", found, unit_link.way_back(link) if is_taken else None)
        hidden = contents.get(target.replace("/etc/fractalops/confirmed/", ""))
        if hidden is not None and link.is_file():
            kind = Kind.DROPIN if link.suffix == ".conf" else Kind.UNIT_FILE
            yield from settings_compared(kind, str(link), hidden, link.read_bytes())


def diverted(layout: Layout, generation_id: str) -> Iterator[Finding]:
    """Links of somebody else in the place of ours, by the stored units of a generation that cannot be read."""
    for unit in sorted((layout.generation(generation_id) / "units").glob("*")):
        link = layout.unit_stubs / unit.name
        elsewhere = unit_link.read_link(link)
        if elsewhere is not None and not unit_link.is_ours(link):
            yield Finding(Kind.LINK, str(link), "our link", f"link to {elsewhere}", unit_link.way_back(link))


def leftovers(layout: Layout, generation: Generation | None) -> Iterator[Finding]:
    """Links of ours that no generation needs; while no activation is open, trial links are such."""
    for link in [*unit_link.leftovers(layout, generation), *unit_link.on_trial(layout)]:
        yield Finding(Kind.LEFTOVER, str(link), None, f"link to {unit_link.read_link(link)}")


def unknown_files(layout: Layout, generation: Generation | None) -> Iterator[Finding]:
    """Unit files in our namespace that are not ours."""
    known = generation.units if generation else {}
    for folder in (layout.unit_stubs, layout.inside("/run/systemd/system"), layout.trial_links):
        for path in sorted(folder.glob("fractalops-*.*")):
            if path.name not in known and not path.is_dir() and not unit_link.is_ours(path):
                yield Finding(Kind.UNKNOWN_UNIT, str(path), None, _told(path), REMOVE)


def _told(path: Path) -> str:
    target = unit_link.read_link(path)
    return f"link to {target}" if target else "a unit file of somebody else"
