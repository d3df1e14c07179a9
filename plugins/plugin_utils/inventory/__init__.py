# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory projection: topology → hosts, groups and their variables."""

from __future__ import annotations

from .host import InventoryHost, Variables
from .inventory import Inventory, connection, project_inventory

__all__ = ["Inventory", "InventoryHost", "Variables", "connection", "project_inventory"]
