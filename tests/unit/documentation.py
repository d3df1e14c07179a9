# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a plugin as its documentation shows them: its own, and those of its fragments."""

from __future__ import annotations

import importlib
from typing import Any

import yaml
from ansible_collections.fractalops.infra.tests.unit.imports import PACKAGE

COLLECTION = "fractalops.infra."


def options(documentation: str) -> dict[str, dict[str, Any]]:
    """Name → what is said about it."""
    document = yaml.safe_load(documentation)
    found = dict(document.get("options", {}))
    for fragment in document.get("extends_documentation_fragment", ()):
        found |= options(_text(fragment.removeprefix(COLLECTION)))
    return found


def _text(fragment: str) -> str:
    """``name`` is the documentation of a fragment, ``name.part`` another attribute of it."""
    name, _dot, part = fragment.partition(".")
    home = importlib.import_module(f"{PACKAGE}plugins.doc_fragments.{name}")
    return str(getattr(home.ModuleDocFragment, part.upper() or "DOCUMENTATION"))
