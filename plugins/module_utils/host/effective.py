# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd really applies to a unit, against what was declared.

A generator or a foreign drop-in must not win silently.
"""

from __future__ import annotations

from . import systemd
from .generation import Generation


def property_differences(generation: Generation) -> list[str]:
    """One line per effective property that is not as declared; values are compared as sets of words."""
    running = {name: unit for name, unit in generation.units.items() if unit.runs}
    wanted = {key for unit in running.values() for key in unit.properties}
    shown = systemd.show(running, wanted)
    return [
        "{}: {} is {!r}, declared {!r}".format(name, key, shown[name].get(key, ""), value)
        for name, unit in sorted(running.items())
        for key, value in sorted(unit.properties.items())
        if set(shown[name].get(key, "").split()) != set(value.split())
    ]
