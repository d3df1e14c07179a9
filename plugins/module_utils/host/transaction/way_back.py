# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody does when the boot pointer leads to a generation that is lost: nobody knows what a run would change."""

from __future__ import annotations

from ..layout import Layout
from ..store.store import GenerationStore
from .status import generations


def way_back(layout: Layout, store: GenerationStore) -> str:
    """One command, after which site can plan: to the newest whole generation that was confirmed here, or to none.

    Its units are restarted, since those that run may be of the lost one.
    """
    whole = [one["id"] for one in generations(layout, store) if one["confirmed_at"] and not one["problem"]]
    if not whole:
        return f"rm {layout.confirmed} on the host, then run site, which begins as on a new host"
    units = sorted(name for name, unit in store.load(whole[0]).live.items() if unit.runs)
    moved = f"ln -sfn generations/{whole[0]} {layout.confirmed} && systemctl daemon-reload"
    return " ".join([moved, "&& systemctl restart", *units] if units else [moved]) + " on the host, then run site"
