# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a bundle is kept, and its log."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    Bundle,
    BundleContents,
    BundleLog,
    BundleStore,
    SigningKey,
    read_bundle,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import Result, State, reconcile

from .bundles import NOW, policy, private_key, values


class Place:
    """A folder with a bundle and a break-glass log."""

    def __init__(self, folder: Path) -> None:
        self.file, self.audit = folder / "night.bundle", folder / "audit.jsonl"

    def keep(self, now: dt.datetime = NOW, *, check: bool = False, **other: Any) -> Result:
        contents = BundleContents(
            *(("web-1", "worker-1"), ("drill", "repair"), values(), "ops", "quarterly", policy()),
            SigningKey(private_key()),
        )
        store = BundleStore(self.file, BundleLog(self.audit), now, renew_days=7)
        return reconcile(store, replace(contents, **other), State.PRESENT, check=check)

    @property
    def bundle(self) -> Bundle:
        return read_bundle(str(self.file))

    @property
    def log(self) -> BundleLog:
        return BundleLog(self.audit)
