# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd really applies to a unit, against what was declared.

A generator or a foreign drop-in must not win silently.
"""

from __future__ import annotations

from . import systemd
from .generation import Generation
from .layout import Layout


def differences(layout: Layout, generation: Generation) -> list[str]:
    """One line for each property and each credential of a running unit that is not as declared."""
    return property_differences(generation) + absent_credentials(layout, generation)


def property_differences(generation: Generation) -> list[str]:
    """Properties by ``systemctl show``; values are compared as sets of words."""
    running = {name: unit for name, unit in generation.units.items() if unit.runs}
    wanted = {key for unit in running.values() for key in unit.properties}
    shown = systemd.show(running, wanted)
    return [
        f"{name}: {key} is {shown[name].get(key, '')!r}, declared {value!r}"
        for name, unit in sorted(running.items())
        for key, value in sorted(unit.properties.items())
        if set(shown[name].get(key, "").split()) != set(value.split())
    ]


def absent_credentials(layout: Layout, generation: Generation) -> list[str]:
    """Credentials by the files units were given: systemd 252 shows the property itself as ``[unprintable]``."""
    return [
        f"{name}: credential {credential} was not loaded"
        for name, unit in sorted(generation.units.items())
        for credential in sorted(unit.credentials)
        if unit.runs and not (layout.loaded_credentials / name / credential).is_file()
    ]
