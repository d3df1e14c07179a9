# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that the documentation of several modules shares, by what kind of work they do."""

from __future__ import annotations


class ModuleDocFragment:
    """Where it runs, and what check mode and diff mode do."""

    CONTROLLER = r"""
attributes:
  action:
    support: full
    description: Has an action plugin; everything happens on the controller.
  platform:
    support: full
    platforms: posix
    description: The controller must be Linux.
"""

    HOST = r"""
attributes:
  platform:
    support: full
    platforms: debian
    description: Debian 12 and 13 with systemd as PID 1.
"""

    INFO = r"""
attributes:
  check_mode:
    support: full
    description: Reads only, so there is nothing to check.
  diff_mode:
    support: none
    description: Reads only, so there is no difference to show.
  idempotent:
    support: full
    description: Reads only.
"""

    PLAN = r"""
attributes:
  check_mode:
    support: full
    description: Plans and writes nothing.
"""

    SECRETS = r"""
attributes:
  check_mode:
    support: full
    description: Reads and plans, writes nothing, and says what would be.
  diff_mode:
    support: full
    description: Shows names of keys and versions, never a value.
"""
