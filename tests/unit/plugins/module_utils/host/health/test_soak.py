# SPDX-License-Identifier: GPL-3.0-or-later
"""A unit counts as healthy when it is the same process from the start of the soak to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
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


def soak(fake: FakeSystemd, tmp_path: Path) -> None:
    """Both units are started, and watched for a second."""
    fake.start("x.service", "y.service")
    health.wait_until_healthy(GENERATION, Progress(Layout(tmp_path), "t"))


def test_units_that_stay_up_are_watched_for_the_whole_soak(fake: FakeSystemd, clock: Clock, tmp_path: Path) -> None:
    soak(fake, tmp_path)
    assert clock.now == pytest.approx(GENERATION.soak_seconds)


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
