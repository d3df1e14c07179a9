# SPDX-License-Identifier: GPL-3.0-or-later
"""The older generation an operator wants back."""

from __future__ import annotations

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..store import credential
from ..store.store import GenerationStore, credential_names
from .history import previous_id
from .status import generations

#: In place of an id: whatever was confirmed before.
PREVIOUS = "previous"


def rollback_target(layout: Layout, wanted: str) -> Generation:
    """The stored generation ``wanted``, whole and with credentials that open on this host.

    Raises HostError with the list of what there is when it is unknown, not whole, or confirmed already.
    """
    store = GenerationStore(layout)
    confirmed = store.confirmed_id()
    found = previous_id(layout, confirmed) if wanted == PREVIOUS else wanted
    problems = {one["id"]: one["problem"] for one in generations(layout, store)}
    if found is None or found not in problems:
        raise _refused(layout, store, wanted if found is None else found, "is not on this host")
    if found == confirmed:
        raise _refused(layout, store, found, "is confirmed already")
    if problems[found]:
        raise _refused(layout, store, found, f"is not whole ({problems[found]})")
    target = store.load(found)
    folder = layout.generation(found)
    shut = [name for name in credential_names(target) if not credential.is_readable(folder / name)]
    if shut:
        raise _refused(layout, store, found, f"has credentials that do not open on this host ({', '.join(shut)})")
    return target


def _refused(layout: Layout, store: GenerationStore, wanted: str, what: str) -> HostError:
    confirmed = store.confirmed_id()
    told = [_told(one["id"], one["confirmed_at"], one["problem"], confirmed) for one in generations(layout, store)]
    return HostError(f"generation {wanted}", what, "choose one of: " + (", ".join(told) or "none, this host is new"))


def _told(generation_id: str, confirmed_at: str | None, problem: str | None, confirmed: str | None) -> str:
    is_now = "is confirmed now" if generation_id == confirmed else None
    then = f"confirmed {confirmed_at}" if confirmed_at else "never confirmed"
    return f"{generation_id} ({is_now or ('not whole' if problem else then)})"
