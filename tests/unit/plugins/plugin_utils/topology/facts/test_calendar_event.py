# SPDX-License-Identifier: GPL-3.0-or-later
"""Days and times that do not exist, as systemd 252 sees them: it refuses the event, or says that it never comes."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.facts.calendar_event import never_comes

NEVER = (
    *("2026-02-29", "*-02-30", "02-30", "2026-04-31 10:00", "26-02-29", "2026-02,04-31", "2026-13-01", "2026-01-32"),
    *("2026-00-01", "2026-01-00", "25:00", "24:00:00", "12:60", "12:00:60", "*-*-* 24:00", "Mon 2026-03-01"),
    *("Mon..Sat 2026-03-01", "2026-02-29/40", "99-02-29", "2026-02-29 04:00 UTC"),
)
COMES = (
    *("daily", "2028-02-29", "*-02-29", "02-29", "*-*-31", "2026-01,02-31", "Sun 2026-03-01", "Fri..Mon 2026-03-01"),
    *("Mon..Fri 02:30", "*-*-01 04:00:00", "*:0/15", "00:00:59.5", "23:59", "2026-02~01", "*-*~03", "96-02-29"),
    *("2025..2028-02-29", "Sat,Sun *-*-* 04:00", "2026-03-01 04:00 Europe/Berlin", "monthly", "@1395716396"),
    *("*-02-29/1", "Mon *-02-29", "2026-*-*", "*-1..12-31"),
)


@pytest.mark.parametrize("event", NEVER)
def test_what_never_comes_is_noticed(event: str) -> None:
    assert never_comes(event)


@pytest.mark.parametrize("event", COMES)
def test_what_comes_some_day_is_left_alone(event: str) -> None:
    assert not never_comes(event)
