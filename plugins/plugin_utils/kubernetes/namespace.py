# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces of assets; they are never deleted by a sync, whatever leaves the topology."""

from __future__ import annotations

from .document import Manifest, metadata

_WAVE = -3


def namespace_manifest(name: str) -> Manifest:
    """The namespace ``name``."""
    options = "Prune=false,Delete=false"
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name, wave=_WAVE, options=options)}
