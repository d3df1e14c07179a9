# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of an activation whose end is not heard."""

from __future__ import annotations

import json
import re

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.open_trial import (
    GRACE_SECONDS,
    USUAL_WINDOW_SECONDS,
    OpenTrial,
)


@pytest.mark.parametrize(
    ("payload", "seconds"),
    [
        ({"generation": {"activation": {"window_seconds": 25, "soak_seconds": 1}}, "secrets": {}}, 25),
        ({"back_to": "previous"}, USUAL_WINDOW_SECONDS),
    ],
)
def test_the_window_is_that_of_what_is_sent(payload: dict[str, object], seconds: int) -> None:
    trial = OpenTrial.before(json.dumps(payload))
    assert seconds + GRACE_SECONDS - 5 < trial.seconds_left <= seconds + GRACE_SECONDS
    assert trial.patience_seconds <= seconds + GRACE_SECONDS


def test_it_is_told_in_seconds_and_by_the_clock() -> None:
    told = OpenTrial.of(25).rolls_back()
    assert re.fullmatch(r"the host rolls back by itself within 2\d s, by \d\d:\d\d:\d\d at the latest", told)


def test_a_window_that_only_the_host_knows_is_not_guessed() -> None:
    told = OpenTrial.before(json.dumps({"back_to": "previous"})).rolls_back()
    assert told == "the host rolls back by itself at the end of the window of that generation"


def test_a_window_that_is_over_is_told_as_such() -> None:
    trial = OpenTrial.of(-1)
    assert trial.rolls_back() == "the window of the host is over"
    assert trial.patience_seconds == GRACE_SECONDS
