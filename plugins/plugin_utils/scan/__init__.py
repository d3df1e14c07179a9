# SPDX-License-Identifier: GPL-3.0-or-later
"""What every scan has: findings by rules, waivers for those somebody accepts, and what is left of both."""

from __future__ import annotations

from .judgement import Judgement, judge
from .waiver import Place, Waiver, WaiverError, parse_waivers
from .waivers_file import read_waivers

__all__ = ["Judgement", "Place", "Waiver", "WaiverError", "judge", "parse_waivers", "read_waivers"]
