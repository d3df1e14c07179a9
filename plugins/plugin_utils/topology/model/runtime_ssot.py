# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs that belong to no single asset, such as a name that several hosts answer for."""

from __future__ import annotations

from .base import HttpUrl, Identifier, Model


class RuntimeSsot(Model):
    """One layer for each kind of consumer; an entry of one layer never stands in for one of another."""

    public: dict[Identifier, HttpUrl] = {}
    """For people, through the edge."""
    executor: dict[Identifier, HttpUrl] = {}
    """For machine consumers outside the cluster."""
    internal: dict[Identifier, HttpUrl] = {}
    """Inside the cluster or host network only."""
    local: dict[Identifier, HttpUrl] = {}
    """On the machine itself."""
