# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology: loader, models and rules. Needs pydantic, PyYAML with libyaml and jsonschema; never Ansible."""

from __future__ import annotations

from .loader import LoadedTopology, load_topology
from .position import Position
from .violation import Violation

__all__ = ["LoadedTopology", "Position", "Violation", "load_topology"]
