# SPDX-License-Identifier: GPL-3.0-or-later
"""Survivors that may stay, each with its reason."""

from __future__ import annotations

from pathlib import Path

import yaml

from .mutant import Key

FILE = Path(__file__).with_name("survivors.yml")


def accepted(text: str) -> dict[Key, str]:
    """Reasons by key. Raises ValueError for an entry without a reason, or for one that stands there twice."""
    found: dict[Key, str] = {}
    for entry in yaml.safe_load(text) or []:
        reason = str(entry.pop("reason", "")).strip()
        key = Key(**entry)
        if not reason or key in found:
            raise ValueError(f"{tuple(key)}: {'stands here twice' if reason else 'has no reason'}")
        found[key] = reason
    return found


def entry(key: Key) -> str:
    """A survivor as it would stand in the file, without its reason."""
    return str(yaml.safe_dump([key._asdict()], sort_keys=False, allow_unicode=True, width=1000))
