# SPDX-License-Identifier: GPL-3.0-or-later
"""The URLs of an asset: public, executor, internal and local are separate contracts, never fallbacks."""

from __future__ import annotations

from .base import HttpUrl, Model


class Endpoints(Model):
    """Each URL is for one kind of consumer; an absent one is absent, not derived."""

    public_url: HttpUrl | None = None
    """For people, through the edge."""
    executor_url: HttpUrl | None = None
    """For machine consumers outside the cluster."""
    internal_url: HttpUrl | None = None
    """Inside the cluster or host network only."""
    local_url: HttpUrl | None = None
    """On the machine itself."""
