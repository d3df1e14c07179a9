# SPDX-License-Identifier: GPL-3.0-or-later
"""An order says who, what, why and until when, or it is refused with everything it lacks."""

from __future__ import annotations

import datetime as dt

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.order import Order, RefusedOrderError, Repair

NOW = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)
SOUND = {"asset": "worker-1", "reason": "ssh is dead", "operator": "on-call", "expires": "2026-11-21T05:00:00Z"}
HOSTS = ("worker-1", "worker-2")


def reasons(**changes: str | None) -> tuple[str, ...]:
    """Why the sound order with these changes is refused."""
    with pytest.raises(RefusedOrderError) as refused:
        Order.of({**SOUND, **changes}, HOSTS, NOW)
    return refused.value.reasons


def test_a_sound_order_is_taken_as_it_is() -> None:
    order = Order.of(SOUND, HOSTS, NOW)
    assert order.repair is Repair.CONVERGE
    assert order.record() == {**SOUND, "repair": "converge", "wanted": None}


def test_everything_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(RefusedOrderError) as refused:
        Order.of({}, HOSTS, NOW)
    assert [reason.partition(":")[0] for reason in refused.value.reasons] == ["asset", "operator", "reason", "expires"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"asset": "worker-1,worker-2"}, "asset: is not the id of one asset; name one host, not a list or a pattern"),
        ({"asset": "all:!worker-2"}, "asset: is not the id of one asset; name one host, not a list or a pattern"),
        (
            {"asset": "portal"},
            "asset: 'portal' is no LXC asset of this topology; there are: worker-1, worker-2",
        ),
        ({"reason": " "}, "reason: is missing; say why"),
        ({"reason": "one\ntwo"}, "reason: is not one line of at most 512 characters; say why shorter"),
        ({"operator": ""}, "operator: is missing; say who does this"),
        ({"expires": "tomorrow"}, "expires: is not a time with its zone; write a time such as 2026-11-21T05:00:00Z"),
        (
            {"expires": "2026-02-29T05:00:00Z"},
            "expires: is not a time with its zone; write a time such as 2026-11-21T05:00:00Z",
        ),
        (
            {"expires": "2026-11-21T05:00:00"},
            "expires: is not a time with its zone; write a time such as 2026-11-21T05:00:00Z",
        ),
        (
            {"expires": "2026-11-21T03:00:00Z"},
            "expires: 2026-11-21T03:00:00Z is over; write a time such as 2026-11-21T05:00:00Z",
        ),
        (
            {"expires": "2026-11-21T15:00:01Z"},
            "expires: 2026-11-21T15:00:01Z is more than 12 hours away; write a time such as 2026-11-21T05:00:00Z",
        ),
        ({"repair": "reboot"}, "repair: is none we know; choose one of converge, restart, rollback"),
        ({"repair": "rollback"}, "generation: belongs to repair=rollback; give both or neither"),
        ({"generation": "previous"}, "generation: belongs to repair=rollback; give both or neither"),
        (
            {"repair": "rollback", "generation": "../x"},
            "generation: is not an id of 16 hex digits; name one, or 'previous'",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(changes: dict[str, str], reason: str) -> None:
    assert reasons(**changes) == (reason,)


def test_the_zone_counts() -> None:
    assert Order.of({**SOUND, "expires": "2026-11-21T05:00:00+02:00"}, HOSTS, NOW - dt.timedelta(hours=1)).record()[
        "expires"
    ] == ("2026-11-21T03:00:00Z")
    assert reasons(expires="2026-11-21T05:00:00+02:00")


def test_an_order_ends_at_its_time() -> None:
    order = Order.of(SOUND, HOSTS, NOW)
    order.check(NOW)
    with pytest.raises(RefusedOrderError, match="is over"):
        order.check(order.expires)
