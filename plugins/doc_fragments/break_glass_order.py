# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of a repair and of its drill shares."""

from __future__ import annotations


class ModuleDocFragment:
    """The order, and what the controller knows of the host."""

    DOCUMENTATION = r"""
options:
  asset:
    description: Id of the host in the topology.
    type: str
  reason:
    description: Why. Everybody who can read the break-glass logs and the history of the host can read it.
    type: str
  operator:
    description: Who does this.
    type: str
  expires:
    description: Until when the order holds, with its zone, such as V(2026-11-21T05:00:00Z); at most 12 hours ahead.
    type: str
  log_file:
    description:
      - The break-glass log of the controller. Its folder is made when it is not there; when a line cannot be written,
        nothing is done.
    type: path
    required: true
  hosts:
    description: Ids of all hosts of the topology, such as C(groups.kind_lxc).
    type: list
    elements: str
    required: true
  nodes:
    description: The nodes, as the inventory plugin puts them in C(topology_nodes) of the host C(control_plane).
    type: dict
    required: true
  document:
    description: The host's document, as the inventory plugin puts it in C(host_document); JSON text.
    type: json
    required: true
  identity:
    description: File with an age identity that opens O(bundle). Only its owner may read it.
    type: path
  break_glass:
    description: The section of the topology, as the inventory plugin puts it in C(topology_break_glass).
    type: dict
"""
