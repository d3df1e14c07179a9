# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to a host while something goes wrong, and what there is before."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import KEPT_GENERATIONS
from ansible_collections.fractalops.infra.tests.simulation import documents, host
from ansible_collections.fractalops.infra.tests.simulation.controller import Controller
from ansible_collections.fractalops.infra.tests.simulation.documents import WINDOW_SECONDS
from ansible_collections.fractalops.infra.tests.simulation.expectation import Expectation
from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.host import Host

#: What a repair finds gone.
DAMAGED = "/etc/sysusers.d/fractalops.conf"
#: Into the trial, after which the old release runs no more.
SPOILT_SECONDS = 1.0


@dataclass(frozen=True)
class Scenario:
    """From version 1, or nothing, to version 2; a second controller may want version 3 at the same time."""

    name: str
    starts: str = "old"
    behaves: str = ""
    """Of the new units."""
    loses: tuple[str, ...] = ()
    """Replies that never come."""
    soak: int = 0
    second_after: float | None = None
    """Seconds until another controller comes."""
    is_repair: bool = False
    """The old generation once more, since a link of it is gone."""
    ends: str = "new"
    """Where the host is in the end when nothing goes wrong: ``old``, ``new``, ``third``, or ``rollback-failed``."""
    pause_seconds: float | None = None
    """Between the first controller's staging and its try; without one it is one step."""
    second_pauses: bool = False
    """As long as the first does."""
    stray_after: float | None = None
    """Seconds until somebody confirms a transaction that there is not."""

    @functools.cached_property
    def old(self) -> Expectation:
        """Before."""
        if self.is_repair:
            return Expectation(old().document, old().version, DAMAGED)
        return old() if self.starts == "old" else Expectation(None)

    @functools.cached_property
    def new(self) -> Expectation:
        """What the first controller wants."""
        return self.old if self.is_repair else Expectation(documents.document("2", self.behaves, soak=self.soak), "2")

    @functools.cached_property
    def third(self) -> Expectation:
        """What the second one wants."""
        return Expectation(documents.document("3", others=False), "3")

    def host(self) -> Host:
        """As it is before."""
        made = Host((disk_with_old() if self.starts == "old" else bare_disk()).copy())
        if self.is_repair:
            made.world.files.unlink(DAMAGED)
            made.world.files.sync_all()
        return made

    def begin(self, on: Host) -> list[Controller]:
        """Who comes; the first one begins at once."""
        first = Controller(on, "first", self.loses)
        first.start(payload(self.new), self.pause_seconds)
        if self.stray_after is not None:
            on.world.at(on.world.now + self.stray_after, lambda: on.stray_confirm("of-nobody"))
        if self.ends == "rollback-failed":
            on.world.at(on.world.now + SPOILT_SECONDS, lambda: on.spoil("/opt/app/releases/1/run"))
        if self.second_after is None:
            return [first]
        second, pause = Controller(on, "second"), self.pause_seconds if self.second_pauses else None
        on.world.at(on.world.now + self.second_after, lambda: second.start(payload(self.third), pause))
        return [first, second]


@functools.cache
def old() -> Expectation:
    """Version 1."""
    return Expectation(documents.document("1", others=False), "1")


@functools.cache
def bare_disk() -> FileSystem:
    """Made once, for copies."""
    return host.bare_disk()


@functools.cache
def disk_with_old() -> FileSystem:
    """Of a host that version 1 was confirmed on, by the product, and that keeps as many younger ones as it may."""
    made = Host(bare_disk().copy())
    controller = Controller(made, "before")
    controller.begin(payload(old()))
    made.world.run()
    assert controller.told is not None and controller.told["stage"] == "confirmed", controller.told
    # What only that boot had, but /run/fractalops: the host has run for long.
    del made.world.files.root.names["proc"]
    made.world.files.find("/run").names.pop("credentials", None)
    for number in range(KEPT_GENERATIONS + 1):
        made.world.files.now += 1.0
        made.world.files.put(f"/etc/fractalops/generations/{number:016x}/manifest.json", "{}")
    made.world.files.sync_all()
    return made.world.files


def payload(wanted: Expectation) -> str:
    """What a controller sends for it."""
    assert wanted.document is not None and wanted.version is not None
    return host.payload(wanted.document, wanted.version)


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("confirmed"),
        Scenario("nobody confirms", loses=("no-confirm",), ends="old"),
        Scenario("does not start", behaves="does-not-start", ends="old"),
        Scenario("never healthy", behaves="mute", ends="old"),
        Scenario("dies in the soak", behaves="dies-after:0.44", soak=1, ends="old"),
        Scenario("starts too slowly", behaves="starts-after:60", ends="old"),
        Scenario("the old one fails too", loses=("no-confirm",), ends="rollback-failed"),
        Scenario("first", starts="nothing"),
        Scenario("first, nobody confirms", starts="nothing", loses=("no-confirm",), ends="old"),
        Scenario("lost answer to the module", loses=("module",), ends="old"),
        Scenario("lost answer to a confirm", loses=("confirm",)),
        Scenario("lost answers to both confirms", loses=("confirm", "confirm-again")),
        Scenario("controller gone after its confirm", loses=("confirm", "no-confirm-again")),
        Scenario("confirm that does not wait", loses=("wait",)),
        Scenario("confirm by a stranger", loses=("no-confirm",), stray_after=3.0, ends="old"),
        Scenario("repair", is_repair=True),
        Scenario("repair, nobody confirms", is_repair=True, loses=("no-confirm",), ends="old"),
        Scenario("staged, then tried", pause_seconds=5.0),
        Scenario("staged, then tried, nobody confirms", pause_seconds=5.0, loses=("no-confirm",), ends="old"),
        Scenario("another run between staging and try", pause_seconds=5.0, second_after=1.0, ends="third"),
        Scenario("two staged", pause_seconds=5.0, second_after=1.0, second_pauses=True, ends="third"),
        Scenario("second run at once", second_after=0.0),
        Scenario("second run after the first", second_after=0.6, ends="third"),
        Scenario("second run after a rollback", second_after=WINDOW_SECONDS + 3, loses=("no-confirm",), ends="third"),
        Scenario("second run at the deadline", second_after=WINDOW_SECONDS, loses=("no-confirm",), ends="old"),
    )
}
