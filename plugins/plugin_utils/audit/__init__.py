# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of an audit: which values to look for, and which findings somebody has waived."""

from __future__ import annotations

from .judgement import Judgement, judge
from .readable_values import ReadableValues, readable_values
from .waiver import Waiver, WaiverError, parse_waivers
from .waivers_file import read_waivers

__all__ = [
    "Judgement",
    "ReadableValues",
    "Waiver",
    "WaiverError",
    "judge",
    "parse_waivers",
    "read_waivers",
    "readable_values",
]
