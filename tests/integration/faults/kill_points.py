# SPDX-License-Identifier: GPL-3.0-or-later
"""Every point at which a process of an activation is killed, and where the host must end."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import parse

OLD, NEW = "old", "new"
SAVE, END = "transaction.TransactionFile.save", "transaction.TransactionFile.end"
STORE = "store.GenerationStore"


@dataclass(frozen=True)
class Kill:
    """One way to be killed. Several points are reached one after another, each by the process that follows."""

    row: int
    points: tuple[str, ...]
    ends: str
    start: str = OLD
    """``old``: from a generation to the next; ``nothing``: the first generation of a host."""
    release: str = "good"
    """``dead``: the new generation never becomes healthy, so that the activation rolls back by itself."""

    def __post_init__(self) -> None:
        """Raises ValueError for a point that is none, so that a typo is found when tests are collected."""
        for point in self.points:
            parse(point)

    @property
    def name(self) -> str:
        """How the point is told in the table."""
        first = "" if self.start == OLD else "first "
        return first + " then ".join(self.points)

    @property
    def is_confirmed(self) -> bool:
        """The controller gets as far as sending the confirm."""
        return self.points[0].startswith("confirm/") or (self.ends == NEW and self.points[0].startswith("activate/"))

    @property
    def has_begun(self) -> bool:
        """There was a transaction, so that the next run has something to say."""
        return self.points[0] not in STAGING


#: The module, up to the transaction: at most a half-written folder, which the next run removes.
STAGING = (
    "module/launch._stage:before",
    f"module/{STORE}.stage:before",
    "module/durable.write_new:before",
    "module/durable.write_new:after#3",
    "module/durable.sync_folder:after",
    f"module/{STORE}.stage:after",
    "module/precheck.staged:after",
    f"module/{SAVE}:before",
)
#: The module, once it has said that it begins, up to the first guard: the next run ends what it finds.
ARMING = (
    f"module/{SAVE}:after",
    "module/agent.install:after",
    "module/guard.arm:before",
)
BETWEEN_GUARDS = "module/systemd.run_transient:after"
LAUNCHING = (
    "module/guard.arm:after",
    "module/history.record:after",
    "module/launch._launch:after",
)
TRIAL = (
    "activate/activation.activate:before",
    f"activate/{SAVE}:before",
    f"activate/{SAVE}:after",
    "activate/activation.switch:before",
    "activate/unit_link.ensure:before",
    "activate/durable.point_link:after#2",
    "activate/unit_link.ensure:after",
    "activate/systemd.reload_units:after",
    "activate/systemd.stop:after",
    "activate/systemd.restart:before",
    "activate/systemd.restart:after",
    "activate/effective.differences:after",
    "activate/health.wait_until_healthy:before",
    "activate/health.wait_until_healthy:after",
    f"activate/{SAVE}:before#2",
)
#: The activation has done its work: whoever confirms now is right.
TRIED = (f"activate/{SAVE}:after#2",)
#: Undoing it, in the activation itself or in a guard.
ROLLBACK = (
    "rollback.roll_back:before",
    "systemd.stop:before",
    "systemd.stop:after",
    "unit_link.remove:before",
    "unit_link.is_ours:after#5",
    "unit_link.remove:after",
    "systemd.reload_units:after",
    "rollback._restore_units:before",
    "systemd.restart:after",
    "rollback._restore_units:after",
    "rollback._leave_only_stubs_of:after",
    "history.record:before",
    "history.record:after",
    f"{END}:before",
    f"{END}:after",
    "rollback.roll_back:after",
)
GUARD = ("guard.act:before", "guard.stop_activation:after", *ROLLBACK, "guard.disarm:before", "guard.disarm:after")
UNCOMMITTED = (
    "confirm/activation.confirm:before",
    "confirm/unit_link.ensure:before",
    "confirm/durable.point_link:after",
    "confirm/unit_link.ensure:after",
    f"confirm/{STORE}.confirm:before",
)
COMMITTED = (
    f"confirm/{STORE}.confirm:after",
    "confirm/rollback.finish_commit:before",
    "confirm/unit_link.remove:before",
    "confirm/unit_link.is_ours:after#5",
    "confirm/unit_link.remove:after",
    "confirm/rollback._leave_only_stubs_of:after",
    "confirm/current_link.follow:after",
    "confirm/history.record:before",
    "confirm/history.record:after",
    f"confirm/{END}:before",
    f"confirm/{END}:after",
    f"confirm/{STORE}.prune:after",
    "confirm/guard.disarm:before",
    "confirm/activation.confirm:after",
)
#: A killed confirm is finished by a guard that is killed, too, and so is the next, whichever of the two it is.
FINISHING = (
    f"confirm/{STORE}.confirm:after",
    "any/rollback.finish_commit:before",
    "any/unit_link.remove:after",
    f"any/{END}:before",
)
#: Both guards: the sleeper is started again and begins to wait anew.
SLEEPER = ("sleep-then-guard/guard.sleep_then_act:before",)
FIRST = (
    "module/launch._launch:after",
    "activate/unit_link.ensure:after",
    "activate/systemd.restart:after",
    f"confirm/{STORE}.confirm:before",
    f"confirm/{STORE}.confirm:after",
)

KILLS: tuple[Kill, ...] = (
    *(Kill(2, (point,), OLD) for point in STAGING),
    *(Kill(3, (point,), OLD) for point in (*ARMING, BETWEEN_GUARDS, *LAUNCHING, *TRIAL)),
    *(Kill(3, (point,), NEW) for point in TRIED),
    *(Kill(4, (point,), OLD) for point in UNCOMMITTED),
    *(Kill(5, (point,), NEW) for point in COMMITTED),
    Kill(5, FINISHING, NEW),
    *(Kill(11, (f"guard/{step}",), OLD) for step in GUARD),
    *(Kill(11, (f"activate/{step}",), OLD, release="dead") for step in ("rollback.roll_back:before", f"{END}:before")),
    Kill(11, (SLEEPER[0],), OLD),
    *(Kill(3, (point,), OLD, start="nothing") for point in FIRST[:3]),
    Kill(4, (FIRST[3],), OLD, start="nothing"),
    Kill(5, (FIRST[4],), NEW, start="nothing"),
)

#: One of each kind of state a host may be left in: for every day. The others are made by ``faults/run``.
CORE = tuple(
    kill
    for kill in KILLS
    if kill.start != OLD
    or kill.release != "good"
    or len(kill.points) > 1
    or kill.points[0]
    in (
        "module/durable.write_new:after#3",
        f"module/{SAVE}:after",
        BETWEEN_GUARDS,
        "module/guard.arm:after",
        f"activate/{SAVE}:after",
        "activate/durable.point_link:after#2",
        "activate/systemd.reload_units:after",
        "activate/systemd.stop:after",
        "activate/systemd.restart:after",
        *TRIED,
        "confirm/durable.point_link:after",
        f"confirm/{STORE}.confirm:before",
        f"confirm/{STORE}.confirm:after",
        "confirm/unit_link.is_ours:after#5",
        f"confirm/{END}:after",
        "guard/systemd.stop:after",
        "guard/unit_link.is_ours:after#5",
        "guard/rollback._restore_units:before",
        "guard/history.record:after",
        f"guard/{END}:after",
    )
)
