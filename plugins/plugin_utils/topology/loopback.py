# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a URL stays on the machine that asks."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    """The host of ``url`` is this machine."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS
