# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of ours that a drop-in of an administrator sets to something else.

Such drop-ins are kept, and what they only add does not count as drift. systemd shows what became of a property; of a
command or a restart policy it shows nothing that could be compared, so those are compared as they are written.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator

from ..generation import Generation, file_name
from ..layout import DROPIN_NAME, Layout
from ..store.store import GenerationStore
from ..systemd import systemd, unit_file
from .finding import REMOVE, Finding, Kind
from .unit_drift import Shown

#: Where systemd looks for them, the first that wins first; a drop-in for all services is not ours to judge.
_FOLDERS = ("/run/systemd/system.control", "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system")
#: Directives that may come more than once and add to each other, unless an empty one cleared the list.
ADDING = (
    *("After", "Before", "Binds", "Conflicts", "Documentation", "PartOf", "Requires", "Wants", "Upholds"),
    *("Assert", "Condition", "Environment", "Exec", "Listen", "LoadCredential", "On", "SetCredential"),
    *("AmbientCapabilities", "BindPaths", "BindReadOnlyPaths", "DeviceAllow", "IPAddress", "Path", "SocketBind"),
    *("InaccessiblePaths", "ReadOnlyPaths", "ReadWritePaths", "SupplementaryGroups", "SystemCallFilter"),
)


def overridden(layout: Layout, generation: Generation, units: Shown) -> Iterator[Finding]:
    """One finding per directive and drop-in. What comes before ours wins over the unit, what comes later over both."""
    yield from _over_units(layout, generation, units)
    for name, drop_in in sorted(generation.drop_ins.items()):
        ours: unit_file.Settings = {}
        for path in _paths(layout, name, units.get(name, {})):
            if os.path.basename(path) == DROPIN_NAME:
                ours = unit_file.settings(drop_in.text)
            else:
                yield from _overrides(layout, path, ours)


def _over_units(layout: Layout, generation: Generation, units: Shown) -> Iterator[Finding]:
    contents = GenerationStore(layout).contents(generation)
    for name in sorted(generation.live):
        file = file_name(name)
        unit, dropin = (
            unit_file.settings(contents.get(path, b"").decode())
            for path in (f"units/{file}", f"dropins/{file}.d/{DROPIN_NAME}")
        )
        ours = {key: values for key, values in unit.items() if key not in dropin}
        for path in _paths(layout, name, units[name]):
            if os.path.basename(path) == DROPIN_NAME:
                ours = {**unit, **dropin}
            elif os.path.basename(os.path.dirname(path)) != "service.d":  # LXC's own is for every service
                yield from _overrides(layout, path, ours)


def _paths(layout: Layout, name: str, shown: systemd.Properties) -> list[str]:
    """Drop-ins that systemd has loaded, and those it will load; of two with one name the first folder wins."""
    loaded = shown.get("DropInPaths", "").split()
    found = {os.path.basename(path): path for path in loaded}
    for folder in _FOLDERS:
        for path in layout.inside(f"{folder}/{name}.d").glob("*.conf"):
            found.setdefault(path.name, f"{folder}/{name}.d/{path.name}")
    return [found[name] for name in sorted(found)]


def _overrides(layout: Layout, path: str, ours: unit_file.Settings) -> Iterator[Finding]:
    theirs = unit_file.settings(layout.inside(path).read_text(encoding="utf-8", errors="replace"))
    for key in sorted(set(ours) & set(theirs)):
        only_adds = key[1].startswith(ADDING) and "" not in theirs[key]
        if not only_adds and theirs[key][-1] != ours[key][-1]:
            subject, found = f"{path} {'.'.join(key)}", unit_file.guarded(key[1], theirs[key])
            yield Finding(Kind.DROPIN, subject, unit_file.shown(ours[key]), found, REMOVE)
