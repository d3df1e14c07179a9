# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.acl.moment import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-1", -1),
        ("1970-01-01T00:00:01Z", 1),
        ("1970-01-01T1:00:00.5Z", 3600),
        ("1970-01-01T00:00:00,5-01:30", 5400),
        ("1970-01-02T00:00:00+24:60", -3600),
        ("2024-02-29T00:00:00Z", 1709164800),
    ],
)
def test_a_moment_is_read(text: str, expected: int) -> None:
    assert seconds(text) == expected


def test_the_year_0_is_long_ago() -> None:
    assert seconds("0000-02-29T00:00:00Z") < -(10**10)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "2030-01-01", "2030-01-01 00:00:00Z", "2030-01-01T00:00:00", "2030-01-01T00:00:00z"),
        *("2023-02-29T00:00:00Z", "2030-13-01T00:00:00Z", "2030-00-01T00:00:00Z", "2030-01-00T00:00:00Z"),
        *("2030-01-01T24:00:00Z", "2030-01-01T00:60:00Z", "2030-01-01T00:00:60Z", "2030-01-01T00:00:00+25:00"),
        *("2030-01-01T00:00:00+00:61", "9" * 20, "1_0", "0x1"),
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"moment|whole number|64 bits"):
        seconds(text)
