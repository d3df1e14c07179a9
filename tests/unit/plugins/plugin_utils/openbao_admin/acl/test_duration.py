# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.acl.duration import nanoseconds

SECOND = 10**9


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", 0),
        ("0", 0),
        (90, 90 * SECOND),
        (1.9, SECOND),
        ("-5", -5 * SECOND),
        ("+3s", 3 * SECOND),
        ("1h30m", 5400 * SECOND),
        ("1.5h", 5400 * SECOND),
        (".5s", SECOND // 2),
        ("1.s", SECOND),
        ("2ms3us4\u00b5s5\u03bcs6ns", 2_012_006),
        ("7d", 7 * 86400 * SECOND),
        (9223372036, 9223372036 * SECOND),
    ],
)
def test_a_duration_is_read(value: object, expected: int) -> None:
    assert nanoseconds(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "1x",
        "1h1",
        "1d2h",
        "1.5d",
        "2h 1m",
        "-",
        "+",
        "1e3s",
        "s",
        ".s",
        "9" * 19,
        "9" * 30,
        9223372037,
        True,
        [],
        {},
    ],
)
def test_what_is_no_duration_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"duration|unit|longer|64 bits"):
        nanoseconds(value)
