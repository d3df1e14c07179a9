# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of inventory groups."""

from __future__ import annotations

from typing import Literal


def group_name(prefix: Literal["role", "node", "profile", "kind"], identifier: str) -> str:
    """``role_execution_runtime`` for the role ``execution-runtime``: Ansible wants names of variables.

    Identifiers hold no ``_``, so no two of them give the same group.
    """
    return f"{prefix}_{identifier.replace('-', '_')}"
