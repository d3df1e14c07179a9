# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong in the lab."""

from __future__ import annotations

from ...plugins.plugin_utils.errors import InfraError


class LabError(InfraError):
    """The lab cannot do what was asked; says what is missing or broken and what to do."""
