# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd really applies to a unit, against what was declared.

A generator or a foreign drop-in must not win silently.
"""

from __future__ import annotations

from ..generation import Generation
from ..layout import Layout
from . import systemd


def differences(layout: Layout, generation: Generation) -> list[str]:
    """One line for each property and each credential of a running unit that is not as declared."""
    return property_differences(generation) + absent_credentials(layout, generation)


def property_differences(generation: Generation) -> list[str]:
    """Properties by ``systemctl show``; values are compared as sets of words."""
    declared = {name: unit.properties for name, unit in generation.live.items() if unit.applies}
    declared.update({name: drop_in.properties for name, drop_in in generation.drop_ins.items() if _is_live(name)})
    declared.update({name: {"LoadState": "masked"} for name in generation.masks if _is_live(name)})
    shown = systemd.show(declared, {key for properties in declared.values() for key in properties})
    return [
        f"{name}: {key} is {shown[name].get(key, '')!r}, declared {value!r}"
        for name, properties in sorted(declared.items())
        for key, value in sorted(properties.items())
        if set(shown[name].get(key, "").split()) != set(value.split())
    ]


def _is_live(name: str) -> bool:
    """systemd shows no properties of a template."""
    return "@." not in name


def absent_credentials(layout: Layout, generation: Generation) -> list[str]:
    """Credentials by the files units were given: systemd 252 shows the property itself as ``[unprintable]``."""
    absent = [
        (name, credential)
        for name, unit in sorted(generation.live.items())
        for credential in sorted(unit.credentials)
        if unit.runs and not (layout.loaded_credentials / name / credential).is_file()
    ]
    # A unit that died has none any more; that it died is for the health check to say.
    lives = systemd.show({name for name, _credential in absent}, ["ActiveState"])
    return [
        f"{name}: credential {credential} was not loaded"
        for name, credential in absent
        if lives[name]["ActiveState"] == "active"
    ]
