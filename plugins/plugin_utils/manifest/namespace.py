# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces of assets."""

from __future__ import annotations

from .document import Manifest, metadata


def namespace_manifest(name: str) -> Manifest:
    """The namespace ``name``."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name)}
