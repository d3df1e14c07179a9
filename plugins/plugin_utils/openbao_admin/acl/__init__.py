# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenBao enforces of a policy: its stanzas, each a path with capabilities."""

from __future__ import annotations

from .stanza import CAPABILITIES, Stanza, stanzas

__all__ = ["CAPABILITIES", "Stanza", "stanzas"]
