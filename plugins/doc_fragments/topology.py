# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of every task that reads a topology shares."""

from __future__ import annotations


class ModuleDocFragment:
    """Where the topology is."""

    DOCUMENTATION = r"""
options:
  topology:
    description: Topology file, or folder of files, on the controller.
    type: path
    required: true
"""
