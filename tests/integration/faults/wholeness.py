# SPDX-License-Identifier: GPL-3.0-or-later
"""Which generation a host is on, by its own ``host_generation_info``, told to the table of faults."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost

Info = dict[str, Any]


@dataclass(frozen=True)
class Judge:
    """Of one test; ``record`` is its ``record_property``."""

    record: Callable[[str, object], None]

    def whole(self, host: DirectHost, generation: str | None, ends: str, but: Collection[str] = ()) -> Info:
        """The host is on ``generation`` and nothing else: no open activation, no finding but of the kinds in ``but``.

        ``ends`` is the word for it in the table: old, new, refused, rollback-failed.
        """
        info = host.settle()
        wrong = [finding for finding in info["findings"] if finding["kind"] not in but]
        is_whole = info["confirmed"] == info["running"] == generation and not wrong
        self.record("ends", ends)
        self.record("mixed", int(not is_whole))
        assert is_whole, (generation, info)
        return info
