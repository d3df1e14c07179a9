# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host would boot if its power went now: its disk as it is, looked at with the product's own store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.fractalops.infra.tests.crash import whole_store
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.lab import disk
from ansible_collections.fractalops.infra.tests.lab.disk import Disk

#: Each is reached once in an activation that is confirmed, in this order.
BEFORE_COMMIT = (
    "module/store.GenerationStore.stage:before",
    "module/durable.write_new:after#3",
    "module/durable.sync_folder:after",
    "module/store.GenerationStore.stage:after",
    "module/guard.arm:after",
    "activate/unit_link.ensure:before",
    "activate/systemd.reload_units:after",
    "activate/health.wait_until_healthy:after",
    "confirm/unit_link.ensure:before",
    "confirm/durable.point_link:after",
    "confirm/store.GenerationStore.confirm:before",
)
AT_COMMIT = "confirm/durable.sync_folder:before"
AFTER_COMMIT = (
    "confirm/store.GenerationStore.confirm:after",
    "confirm/unit_link.remove:after",
    "confirm/history.record:before",
    "confirm/transaction.TransactionFile.end:after",
    "confirm/store.GenerationStore.prune:after",
)
DISK_MEBIBYTES = 64
AS_IT_WAS = "as it was"
COMMITTED = "committed"
POINTS = (*BEFORE_COMMIT, AT_COMMIT, *AFTER_COMMIT)
#: With a name like ours, before any of ours is imported: no write of the product is durable any more.
CARELESS = b"import os\nos.fsync = lambda descriptor: None\n"
PACKAGES = "/usr/lib/python3/dist-packages"


@dataclass(frozen=True)
class Cut:
    """One copy of the disk. ``journal`` says whether names had reached it, as they do every few seconds."""

    point: str
    journal: str
    disk: Disk

    @property
    def name(self) -> str:
        """For a message."""
        return f"{self.point}, journal {self.journal}"


@dataclass
class PowerCut:
    """Copies of the disk of ``host``, two at every point of one thing that is done to it."""

    host: DirectHost
    disk: Disk
    cuts: list[Cut] = field(default_factory=list)

    def during(self, done: Callable[[], object], points: Sequence[str] = POINTS) -> list[Cut]:
        """Run it, and take two copies wherever it waits."""
        hook = FaultHook(self.host.container)
        hook.stop_at(*points, do="wait")
        self.cuts.clear()
        with _in_background(done):
            for number, point in enumerate(points, start=1):
                hook.wait(number)
                self._copy(point, AS_IT_WAS)
                self.disk.commit_journal()
                self._copy(point, COMMITTED)
                hook.let_go()
        return list(self.cuts)

    def _copy(self, point: str, journal: str) -> None:
        image = self.disk.image.with_name(f"cut-{len(self.cuts)}.img")
        self.cuts.append(Cut(point, journal, self.disk.cut(image)))


@contextmanager
def host_with_disk(prefix: str, number: int, secrets: Mapping[str, str] | None = None) -> Iterator[PowerCut]:
    """A fresh host on a disk that can be copied, ready for generations, with the hook planted."""
    container, its_disk = disk.up(prefix, number, DISK_MEBIBYTES)
    try:
        host = DirectHost(container, secrets or {})
        host.prepare()
        FaultHook(container).plant()
        yield PowerCut(host, its_disk)
    finally:
        disk.down(container, its_disk)


@contextmanager
def _in_background(done: Callable[[], object]) -> Iterator[None]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(done)
        yield
        running.result()


@contextmanager
def careless(host: DirectHost) -> Iterator[None]:
    """The product without a single fsync: what the harness must be able to see."""
    host.put(f"{PACKAGES}/zz_careless.pth", b"import zz_careless\n")
    host.put(f"{PACKAGES}/zz_careless.py", CARELESS)
    try:
        yield
    finally:
        host.run(f"rm -f {PACKAGES}/zz_careless.*")


def torn(root: Path) -> list[str]:
    """What is not whole on this disk; the key of the host counts too."""
    return whole_store.torn(root) + (
        [] if _size(root / "var/lib/systemd/credential.secret") else ["the key of the host"]
    )


def _size(path: Path) -> int:
    return path.lstat().st_size if path.is_file() else 0
