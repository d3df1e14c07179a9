# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``systemctl show`` must say of a directive; only of those that it shows in words we can foretell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .unit_settings import Setting

_YES, _NO = frozenset({"yes", "true", "on", "1"}), frozenset({"no", "false", "off", "0"})
#: Shown as they are written, but for the spelling of a boolean.
_SAME = frozenset(
    {"LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges", "PrivateDevices", "PrivateIPC", "PrivateMounts"}
    | {"PrivateNetwork", "PrivateTmp", "PrivateUsers", "ProcSubset", "ProtectClock", "ProtectControlGroups"}
    | {"ProtectHome", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables"}
    | {"ProtectProc", "ProtectSystem", "RemoveIPC", "RestrictAddressFamilies", "RestrictNamespaces"}
    | {"RestrictRealtime", "RestrictSUIDSGID", "SystemCallArchitectures", "Slice", "KillMode", "OOMPolicy", "Restart"}
    | {"RefuseManualStart", "RefuseManualStop", "StopWhenUnneeded", "RemainAfterExit", "IgnoreSIGPIPE", "Type"}
    | {"Group", "SyslogIdentifier", "CPUAccounting", "IOAccounting", "MemoryAccounting", "TasksAccounting"}
)
_UMASK = re.compile(r"0[0-7]{3}")
#: Whole numbers; sizes in bytes.
_NUMBERS = frozenset(
    {"MemoryMax", "MemoryLow", "MemoryMin", "MemorySwapMax", "TasksMax", "CPUWeight", "IOWeight", "Nice"}
    | {"OOMScoreAdjust", "LimitNOFILE", "LimitNPROC", "LimitCORE", "LimitMEMLOCK", "LimitFSIZE"}
)
_SIZE = re.compile(r"(\d+)([KMGT])")
#: Shown in small letters.
_CAPABILITIES = frozenset({"AmbientCapabilities", "CapabilityBoundingSet"})


def effective_properties(settings: Iterable[Setting]) -> dict[str, str]:
    """Property → what it must be; of a directive that is written twice nothing is foretold."""
    lines = list(settings)
    once = {name: text for name, text in lines if sum(name == other for other, _text in lines) == 1}
    found = (_property(name, text) for name, text in once.items() if not {"%", "$", "~"} & set(text))
    quota = once.get("CPUQuota", "")
    shares = {"CPUQuotaPerSecUSec": _timespan(10 * int(quota[:-1]))} if re.fullmatch(r"\d{1,4}%", quota) else {}
    return {**dict(filter(None, found)), **shares}


def _property(name: str, text: str) -> Setting | None:
    if name in _SAME and text:
        return name, _spelt(text)
    if name in _NUMBERS and (text.lstrip("-").isdigit() or _SIZE.fullmatch(text)):
        return name, _number(text)
    if name == "UMask" and _UMASK.fullmatch(text):
        return name, text
    if name in _CAPABILITIES:
        return name, text.lower()
    return None


def _spelt(text: str) -> str:
    return "yes" if text in _YES else "no" if text in _NO else text


def _number(text: str) -> str:
    size = _SIZE.fullmatch(text)
    return str(int(size[1]) * 1024 ** ("KMGT".index(size[2]) + 1)) if size else text


def _timespan(milliseconds: int) -> str:
    """As systemd writes a time span below a minute."""
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds}.{rest:03d}000s" if rest else f"{seconds}s"
