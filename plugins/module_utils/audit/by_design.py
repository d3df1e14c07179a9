# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that stand where they belong."""

from __future__ import annotations

import re

#: Credentials of running units, in memory: systemd puts them there for exactly one unit each.
FOLDERS = (b"/run/credentials",)
#: The host's own keys, which somebody has to hold; only while others cannot read them.
_OWN_KEYS = re.compile(rb"/etc/ssh/ssh_host_[a-z0-9]+_key|/etc/ssl/private/[^/]+")


def is_by_design(path: bytes, rule: str, mode: int) -> bool:
    """A finding of ``rule`` there is none. ``mode`` is that of the file."""
    return rule == "private-key" and _OWN_KEYS.fullmatch(path) is not None and not mode & 0o004
