# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator may not expect of a run, said before it and by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..generation import Generation, file_name
from ..layout import Layout
from ..transaction.transaction import UnitChanges

#: systemd.timer(5), ``Persistent=``: the time of the last start is kept here.
_STAMPS = "/var/lib/systemd/timers"
_PERSISTENT = re.compile(r"^\s*Persistent\s*=\s*(yes|true|on|1)\s*$", re.MULTILINE | re.IGNORECASE)


def notes(layout: Layout, new: Generation, units: UnitChanges, states: Mapping[str, str]) -> list[str]:
    """One sentence each. ``states`` are active states of our units, and load states of masked ones."""
    return [
        *_interrupted(units.removed, states),
        *_masks_of_nothing(new.masks, states),
        *_timers_that_wait(layout, new, units.added),
    ]


def _interrupted(removed: Iterable[str], states: Mapping[str, str]) -> list[str]:
    """Jobs that are at work: systemd calls them activating until they are done."""
    return [
        f"{name} is at work now and is stopped in the middle of it, since it leaves the topology"
        for name in removed
        if states.get(name) == "activating"
    ]


def _masks_of_nothing(masks: Iterable[str], states: Mapping[str, str]) -> list[str]:
    """Before a mask holds, systemd tells whether there is something to mask; after that, every name is masked."""
    return [
        f"{name} is masked and is not on this host: correct its name, or keep the mask for a later installation"
        for name in sorted(masks)
        if states.get(name) == "not-found"
    ]


def _timers_that_wait(layout: Layout, new: Generation, added: Iterable[str]) -> list[str]:
    return [
        f"{name} makes up for missed times, and this is its first start: it waits for its next time"
        for name in added
        if name.endswith(".timer")
        and _PERSISTENT.search(new.units[file_name(name)].text)
        and not (layout.inside(_STAMPS) / f"stamp-{name}").exists()
    ]
