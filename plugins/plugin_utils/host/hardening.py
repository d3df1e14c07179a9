# SPDX-License-Identifier: GPL-3.0-or-later
"""Named profiles of hardening directives, each proven to take effect inside LXC."""

from __future__ import annotations

from collections.abc import Mapping

STANDARD: Mapping[str, str] = {
    "LockPersonality": "yes",
    "NoNewPrivileges": "yes",
    "PrivateTmp": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHome": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectSystem": "full",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "UMask": "0027",
}
STRICT: Mapping[str, str] = {
    **STANDARD,
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "PrivateDevices": "yes",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectProc": "invisible",
    "ProtectSystem": "strict",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}
PROFILES: Mapping[str, Mapping[str, str]] = {"standard": STANDARD, "strict": STRICT}
#: systemctl shows the list of calls a filter stands for, not its name, so it cannot be compared by words.
NOT_COMPARABLE = frozenset({"SystemCallFilter"})


def effective_properties(profile: str) -> dict[str, str]:
    """What ``systemctl show`` must say of a unit hardened by ``profile``."""
    return {name: value for name, value in PROFILES[profile].items() if name not in NOT_COMPARABLE}
