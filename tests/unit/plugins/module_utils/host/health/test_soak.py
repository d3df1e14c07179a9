# SPDX-License-Identifier: GPL-3.0-or-later
"""A unit counts as healthy when it is the same process from the start of the soak to its end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.health import health
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.progress import Progress

from ..fake_systemd import DOWN, FAILED, FakeSystemd
from ..samples import a_generation, a_unit

GENERATION = a_generation(x=a_unit(), y=a_unit())


class Clock:
    """Time that passes while somebody sleeps; ``then`` happens when half a second is over."""

    def __init__(self) -> None:
        self.now = 0.0
        self.then: Callable[[], object] | None = None

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.then and self.now >= 0.5:
            then, self.then = self.then, None
            then()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(health, "time", SimpleNamespace(sleep=made.sleep))
    monkeypatch.setattr(health, "monotonic", lambda: made.now)
    return made


def soak(fake: FakeSystemd, tmp_path: Path, generation: Generation = GENERATION) -> list[str]:
    """Both units are started, and watched through the soak; what those who watch us hear."""
    fake.start("x.service", "y.service")
    progress = Progress(Layout(tmp_path), "t")
    Layout(tmp_path).run.mkdir(parents=True)
    health.wait_until_healthy(Layout(tmp_path), generation, progress)
    return progress.lines()


def test_units_that_stay_up_are_watched_for_the_whole_soak(fake: FakeSystemd, clock: Clock, tmp_path: Path) -> None:
    soak(fake, tmp_path)
    assert clock.now == pytest.approx(GENERATION.soak_seconds)


@pytest.mark.parametrize(("seconds", "left"), [(1, []), (5, []), (6, [1]), (20, [15, 10, 5])])
def test_a_long_soak_says_every_five_seconds_how_long_it_still_takes(
    fake: FakeSystemd, clock: Clock, tmp_path: Path, seconds: int, left: list[int]
) -> None:
    activation = {"window_seconds": 60, "soak_seconds": seconds}
    long = dataclasses.replace(GENERATION, document=GENERATION.document | {"activation": activation})
    lines = soak(fake, tmp_path, long)
    assert lines[2:] == [f"soaking, {one} s left" for one in left]


def test_a_unit_that_takes_long_to_answer_is_named_with_what_it_does_instead(
    fake: FakeSystemd, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "probe", lambda *_asked: None if clock.now > 12 else "answered 503, not 200")
    asked = {"url": "http://127.0.0.1:1/", "status": 200, "within_seconds": 30}
    patient = dataclasses.replace(
        GENERATION, units={name: dataclasses.replace(unit, health=asked) for name, unit in GENERATION.units.items()}
    )
    waiting = "waiting for x.service: answered 503, not 200, y.service: answered 503, not 200"
    assert soak(fake, tmp_path, patient)[1:3] == [waiting, waiting]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"InvocationID": "another"}, "y.service was restarted by systemd during the soak"),
        ({"NRestarts": "1"}, "y.service was restarted by systemd during the soak"),
        (FAILED, r"y.service is failed \(exit-code, exit 1\)"),
        (DOWN, r"y.service is dead \("),
        ({"SubState": "auto-restart"}, r"y.service is auto-restart \("),
    ],
    ids=["another life", "one more restart", "failed", "ended", "waits for its restart"],
)
def test_a_unit_that_is_another_process_at_the_end_is_not_healthy(
    fake: FakeSystemd, clock: Clock, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    clock.then = lambda: fake.units["y.service"].update(change)
    with pytest.raises(HostError, match=f"^health: {words}"):
        soak(fake, tmp_path)
    assert clock.now < GENERATION.soak_seconds
