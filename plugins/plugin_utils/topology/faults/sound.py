# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a faulty topology that can still be judged, so that one run tells everything that is wrong."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from ..model.topology import Topology
from ..position import Path
from ..rules import broken_rules
from ..violation import Violation
from ..yaml.reader import Data

#: What takes the place of a faulty section; nothing is said about it.
_STAND_INS: dict[str, Data] = {
    "schema_version": 1,
    "profile": "unknown",
    "openbao": {"address": "https://127.0.0.1", "mount": "unknown", "auth": {"method": "token_file"}},
}
#: Sections that may be left out, and are when they are faulty.
_OPTIONAL = frozenset(
    {"break_glass", "connector_inventory", "edge", "fleet", "identity_plane", "internal_dns", "opentofu"}
    | {"principal_defaults", "releases", "runtime_dependencies", "runtime_ssot", "service_profiles"}
)
#: Sections that speak of others, and cannot be judged when part of those is left out.
_SPEAK_OF_OTHERS = ("connector_inventory", "identity_plane", "internal_dns", "runtime_dependencies", "service_profiles")
#: Sections by id, and the key of a binding that names an entry.
_NAMED_BY = {"nodes": "node", "networks": "network", "clusters": "cluster"}


def rules_broken_by_the_sound_part(data: dict[str, Data], wrong: set[Path], folder: FilePath) -> list[Violation]:
    """Violations of ``data`` without what is ``wrong`` and what names it.

    Leaving assets out breaks no rule. Empty when too much is wrong to judge anything.
    """
    faulty = {path[0] for path in wrong if path}
    try:
        topology = Topology.model_validate(_sound_part(data, {path[:2] for path in wrong}, faulty))
    except ValidationError:
        return []
    stand_ins = faulty & _STAND_INS.keys()
    return [
        violation
        for violation in broken_rules(topology, folder)
        if not stand_ins & {violation.path[0], (violation.first or ("",))[0]}
    ]


def _sound_part(data: dict[str, Data], wrong: set[Path], faulty: set[str | int]) -> dict[str, Data]:
    """``data`` without the entries at the paths ``wrong`` and without the ``faulty`` sections that have a stand-in."""
    sound = {
        key: value
        for key, value in data.items()
        if key in Topology.model_fields and not (key in _OPTIONAL and key in faulty)
    }
    sound |= {section: stand_in for section, stand_in in _STAND_INS.items() if section in faulty}
    for section in (*_NAMED_BY, "runtime_assets"):
        entries = sound.get(section)
        if isinstance(entries, dict):
            sound[section] = {key: entry for key, entry in entries.items() if (section, key) not in wrong}
    assets = sound.get("runtime_assets")
    if isinstance(assets, dict):
        sound["runtime_assets"] = {name: asset for name, asset in assets.items() if not _names_wrong(asset, wrong)}
    for section in _SPEAK_OF_OTHERS if _is_partial(sound, data) else ():
        sound.pop(section, None)
    return sound


def _is_partial(sound: dict[str, Data], data: dict[str, Data]) -> bool:
    """An entry that another section may speak of has been left out."""
    sections = [name for name in (*_NAMED_BY, "runtime_assets") if isinstance(sound.get(name), dict)]
    return any(len(sound[name]) < len(data[name]) for name in sections)


def _names_wrong(asset: Any, wrong: set[Path]) -> bool:
    """The binding names an entry that has been left out."""
    binding = asset.get("binding") if isinstance(asset, dict) else None
    if not isinstance(binding, dict):
        return False
    return any((section, str(binding.get(key))) in wrong for section, key in _NAMED_BY.items())
