# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of a plugin shows: its own words, and those of its fragments."""

from __future__ import annotations

import importlib
from typing import Any

import yaml
from ansible_collections.fractalops.infra.tests.unit.imports import PACKAGE

COLLECTION = "fractalops.infra."


def options(documentation: str) -> dict[str, dict[str, Any]]:
    """Options by name."""
    return _entries(documentation, "options")


def attributes(documentation: str) -> dict[str, dict[str, Any]]:
    """Attributes by name."""
    return _entries(documentation, "attributes")


def _entries(documentation: str, key: str) -> dict[str, dict[str, Any]]:
    document = yaml.safe_load(documentation)
    found: dict[str, dict[str, Any]] = {}
    for fragment in document.get("extends_documentation_fragment", ()):
        found |= _entries(_text(fragment.removeprefix(COLLECTION)), key)
    return found | document.get(key, {})


def _text(fragment: str) -> str:
    """``name`` is the documentation of a fragment, ``name.part`` another attribute of it."""
    name, _dot, part = fragment.partition(".")
    home = importlib.import_module(f"{PACKAGE}plugins.doc_fragments.{name}")
    return str(getattr(home.ModuleDocFragment, part.upper() or "DOCUMENTATION"))
