# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run would do to the releases of one application: deliver one, remove old ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..host.host_error import HostError
from ..host.layout import Layout
from .pins import pinned
from .release_store import ReleaseStore, Standing, checked_id


@dataclass(frozen=True)
class Wanted:
    """One release that should be there, or should not."""

    app: str
    id: str
    digest: str | None
    """How its source recognises it: ``sha256:…`` of an archive or ``tree:…`` of a folder; None to remove it."""
    keep: int

    @property
    def path(self) -> str:
        """Where it belongs on the host."""
        return f"/opt/{self.app}/releases/{self.id}"


@dataclass(frozen=True)
class Plan:
    """``delivers`` the wanted release, and removes ``old`` ones; ``repairs`` say what is wrong with the one there."""

    wanted: Wanted
    delivers: bool = False
    old: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    kept_for: str | None = None
    """Why nothing old is removed although there may be some."""

    def __bool__(self) -> bool:
        return self.delivers or bool(self.old)

    def result(self) -> dict[str, Any]:
        """What Ansible gets of this plan."""
        path = self.wanted.path
        before = [f"{path} is damaged: {wrong}" for wrong in self.repairs[:20]]
        before += [f"/opt/{self.wanted.app}/releases/{release_id}" for release_id in self.old]
        after = [f"{path} {self.wanted.digest}"] if self.delivers else []
        header = f"releases of {self.wanted.app}"
        lines = {"before": "".join(f"{line}\n" for line in before), "after": "".join(f"{line}\n" for line in after)}
        return {
            "changed": bool(self),
            "path": path,
            "removed": self.old,
            "repairs": self.repairs,
            "diff": [{"before_header": header, "after_header": header, **lines}] if self else [],
        }


def make_plan(layout: Layout, store: ReleaseStore | None, wanted: Wanted) -> Plan:
    """Compare ``wanted`` with the host. Raises HostError when it must not be as asked."""
    checked_id(wanted.id)
    if store is None:
        return Plan(wanted, delivers=wanted.digest is not None)
    standing, wrong = store.standing(wanted.id)
    repairs = [" ".join(one) for one in wrong]
    if wanted.digest is None:
        return _removal(layout, wanted, standing)
    if standing is Standing.FOREIGN:
        raise HostError(wanted.path, "was not delivered by this collection", "move it away, or choose another id")
    if standing is not Standing.ABSENT:
        _refuse_other_content(store, wanted)
    delivers = standing is not Standing.WHOLE
    try:
        return Plan(wanted, delivers, _superfluous(layout, store, wanted), repairs)
    except HostError as error:
        return Plan(wanted, delivers, [], repairs, kept_for=str(error))


def _superfluous(layout: Layout, store: ReleaseStore, wanted: Wanted) -> list[str]:
    """Releases beyond the ``keep`` newest, the wanted one among those, that nothing needs."""
    others = [release_id for release_id in store.newest_first() if release_id != wanted.id]
    candidates = others[wanted.keep - 1 :]
    needed: Mapping[str, str] = pinned(layout, wanted.app) if candidates else {}
    return sorted(release_id for release_id in candidates if release_id not in needed)


def _removal(layout: Layout, wanted: Wanted, standing: Standing) -> Plan:
    if standing is Standing.ABSENT:
        return Plan(wanted)
    user = pinned(layout, wanted.app).get(wanted.id)
    if user is not None:
        raise HostError(wanted.path, f"is needed by {user}", "switch the host to another release first")
    if standing is Standing.FOREIGN:
        raise HostError(wanted.path, "was not delivered by this collection", "remove it by hand")
    return Plan(wanted, old=[wanted.id])


def _refuse_other_content(store: ReleaseStore, wanted: Wanted) -> None:
    manifest = store.manifest(wanted.id)
    if manifest is not None and wanted.digest not in manifest.digests:
        raise HostError(
            wanted.path,
            f"is there with other content ({', '.join(manifest.digests)}; wanted {wanted.digest})",
            "a release never changes: give the new content a new id",
        )
