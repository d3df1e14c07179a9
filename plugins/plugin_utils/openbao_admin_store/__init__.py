# SPDX-License-Identifier: GPL-3.0-or-later
"""Where mounts, policies and auth roles live: on the server, of which only what carries our name is ours."""

from __future__ import annotations

from .auth_role_store import AuthRoleStore
from .mount_store import MountStore
from .policy_store import PolicyStore, Stale
from .separation import require_separation

__all__ = ["AuthRoleStore", "MountStore", "PolicyStore", "Stale", "require_separation"]
