# SPDX-License-Identifier: GPL-3.0-or-later
"""A number for each staging, higher than all before, so that a controller that was held up cannot try what is stale."""

from __future__ import annotations

from ..host_error import HostError
from ..layout import Layout
from ..store.durable import make_folder, write_file


def next_fence(layout: Layout) -> int:
    """The next number, durable before anybody hears of it. The caller holds the host's lock."""
    number = _last(layout) + 1
    make_folder(layout.store)
    write_file(layout.fence, f"{number}\n".encode())
    return number


def _last(layout: Layout) -> int:
    """The highest number that was given out; 0 when none was."""
    try:
        return int(layout.fence.read_bytes())
    except FileNotFoundError:
        return 0
    except ValueError:
        hint = "write a number into it that is higher than any a controller was given"
        raise HostError(str(layout.fence), "is not a number", hint) from None
