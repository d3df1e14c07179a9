# SPDX-License-Identifier: GPL-3.0-or-later
"""The host projection: topology → one document per host → one generation."""

from __future__ import annotations

from .document import HostDocument, host_document
from .generation import GenerationDocument, generation_document, refs
from .unit_template import DROPIN, SERVICE, UnitTemplates

__all__ = [
    "DROPIN",
    "SERVICE",
    "GenerationDocument",
    "HostDocument",
    "UnitTemplates",
    "generation_document",
    "host_document",
    "refs",
]
