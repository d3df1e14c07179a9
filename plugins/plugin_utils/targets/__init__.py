# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a command line leaves a playbook anything to do."""

from __future__ import annotations

from .estate import Estate
from .gate import NothingToDoError, check_targets
from .selection import Selection

__all__ = ["Estate", "NothingToDoError", "Selection", "check_targets"]
