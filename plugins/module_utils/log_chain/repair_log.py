# SPDX-License-Identifier: GPL-3.0-or-later
"""What the host itself remembers of its repairs: in its break-glass log, and by a mark until it is in order again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

from ..host.host_error import HostError
from ..host.layout import Layout
from ..host.store.durable import make_folder, write_file
from . import chain
from .entry import Record
from .verdict import Head

#: Events of the chain.
BEGUN, ENDED, HEALED = "repair-begun", "repair-ended", "repair-healed"


def chain_file(layout: Layout) -> Path:
    """Where the chain of this host lies."""
    return layout.inside(chain.HOST_CHAIN)


def begin(layout: Layout, record: Record) -> str:
    """Before anything is done: the mark, and a line. Returns the head of the chain."""
    make_folder(layout.store)
    write_file(layout.repair, json.dumps(record, sort_keys=True).encode(), 0o600)
    return append(layout, BEGUN, record)


def append(layout: Layout, event: str, record: Record) -> str:
    """A line. Returns the head of the chain."""
    return str(chain.append(chain_file(layout), {"event": event, **record}).head)


def heal(layout: Layout, generation: str, owner: str) -> Optional[Record]:  # noqa: UP045  Python 3.9
    """An ordinary run found or made the host as its topology says: what was open is closed, and returned."""
    record = open_one(layout)
    if record is not None:
        append(layout, HEALED, {**record, "generation": generation, "owner": owner})
        layout.repair.unlink()
    return record


def open_one(layout: Layout) -> Optional[Record]:  # noqa: UP045  Python 3.9
    """The repair after which no ordinary run has succeeded yet."""
    try:
        record = json.loads(layout.repair.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise HostError(str(layout.repair), "cannot be read", "remove it and look into " + chain.HOST_CHAIN) from None
    return record if isinstance(record, dict) else {}


def look(layout: Layout, expected_head: Optional[str] = None) -> dict[str, Any]:  # noqa: UP045  Python 3.9
    """The state of the chain: its breaks, its head, which bundles this host has had, and the controller's last head.

    ``expected_head`` is what the controller remembers of this chain.
    """
    verdict = chain.verify(chain_file(layout), Head.of(expected_head or ""))
    records = [entry.record for entry in verdict.entries]
    return {
        "head": str(verdict.head),
        "breaks": [str(one) for one in verdict.breaks],
        "bundles": [record for record in records if str(record.get("event")).startswith("bundle-")],
        "controller": [record["controller"] for record in records if "controller" in record][-1:],
        "open": open_one(layout),
    }
