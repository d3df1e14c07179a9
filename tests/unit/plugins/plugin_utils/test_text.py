# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids, lines and times, as every reader of them takes them."""

from __future__ import annotations

import datetime as dt

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.text import is_id, is_line, time_of, time_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("text", ("a", "web-1", "a" * 63))
def test_an_id_is_a_label(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ("", "1a", "-a", "a-", "A", "a_b", "a.b", "a" * 64, "a\n", "é"))
def test_anything_else_is_no_id(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize("text", ("why", "ssh is dead; ünïcode", "x" * 512))
def test_a_line_is_what_people_write(text: str) -> None:
    assert is_line(text)


@pytest.mark.parametrize("text", ("", "a\nb", "a\r", "a\x1b[0m", "a\x85b", "a\u2028b", "x" * 513))
def test_anything_else_is_no_line(text: str) -> None:
    assert not is_line(text)


@given(st.datetimes(timezones=st.just(dt.UTC), min_value=dt.datetime(1970, 1, 1), max_value=dt.datetime(2999, 1, 1)))  # noqa: DTZ001
def test_a_time_comes_back_in_whole_seconds(time: dt.datetime) -> None:
    assert time_of(time_text(time)) == time.replace(microsecond=0)


def test_a_time_elsewhere_is_written_in_utc() -> None:
    east = dt.timezone(dt.timedelta(hours=2))
    assert time_text(dt.datetime(2027, 3, 1, 0, 15, tzinfo=east)) == "2027-02-28T22:15:00Z"
