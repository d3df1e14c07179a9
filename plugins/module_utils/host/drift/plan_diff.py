# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan shows: before/after pairs in which no change of a generation is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..generation import Generation

Diff = dict[str, str]
#: What ``describe`` writes out, or what follows from the text of the unit.
_TOLD = ("text", "dropin", "files", "credentials", "instances", "state", "properties", "release")


def unit_diff(name: str, old: Generation | None, new: Generation) -> Diff:
    """The unit in both generations. What only the program of another version of ours made differ is shown as data."""
    before, after = describe(old, name), describe(new, name)
    if before == after:
        before, after = _data(old, name), _data(new, name)
    return {
        "before_header": "{} (generation {})".format(name, old.id if old else "none"),
        "after_header": f"{name} (generation {new.id})",
        "before": before,
        "after": after,
    }


def describe(generation: Generation | None, name: str) -> str:
    """A unit with all it needs as one readable text; empty when the generation lacks it."""
    if generation is None or name not in generation.units:
        return ""
    unit, data = generation.units[name], generation.document["units"][name]
    parts = [unit.text, unit.dropin]
    parts += [f"# file {inner}\n{text}" for inner, text in sorted(unit.files.items())]
    parts += [f"# credential {inner} = {ref}\n" for inner, ref in sorted(unit.credentials.items())]
    parts += [f"# instance {instance}\n" for instance in unit.instances or ()]
    parts += [f"# {key} {json.dumps(value)}\n" for key, value in sorted(data.items()) if value and key not in _TOLD]
    parts.append(f"# state {unit.state}\n")
    return _text(parts)


def whole_diffs(old: Generation | None, new: Generation) -> list[Diff]:
    """What is said about the host and not about one of its units."""
    tables = {"units of others": _others, "users and directories": _users, "activation": _activation}
    return [
        {"before_header": header, "after_header": header, "before": table(old), "after": table(new)}
        for header, table in tables.items()
        if old is not None or header != "activation"
    ]


def _others(generation: Generation | None) -> str:
    if generation is None:
        return ""
    drop_ins = (
        f"# over {name}{', which is restarted' if drop_in.restart else ''}\n{drop_in.text}"
        for name, drop_in in sorted(generation.drop_ins.items())
    )
    return _text([*drop_ins, *(f"# mask {name}\n" for name in sorted(generation.masks))])


def _users(generation: Generation | None) -> str:
    return _text([generation.document["sysusers"], generation.document["tmpfiles"]]) if generation else ""


def _activation(generation: Generation | None) -> str:
    return _lines(generation.document["activation"]) if generation else ""


def _data(generation: Generation | None, name: str) -> str:
    return _lines(generation.document["units"].get(name, {})) if generation else ""


def _lines(data: Mapping[str, Any]) -> str:
    return _text([f"{key} {json.dumps(value, sort_keys=True)}\n" for key, value in sorted(data.items())])


def _text(parts: list[str]) -> str:
    return "".join(part if part.endswith("\n") or not part else part + "\n" for part in parts).replace("\x1a", "@")
