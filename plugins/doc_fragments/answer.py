# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation of modules shares that ask a host and change nothing there."""

from __future__ import annotations


class ModuleDocFragment:
    """How long the answer is waited for."""

    DOCUMENTATION = r"""
options:
  answer_within_seconds:
    description:
      - How long the host has for its answer; after that it counts as unreachable.
      - A connection of ssh that this task opened itself notices after some 20 seconds that the network is cut, the host
        is frozen or its sshd stands still.
    type: int
    default: 120
"""
