# SPDX-License-Identifier: GPL-3.0-or-later
"""The one open change of a host: which generation is on trial, whose it is, and until when.

It lives in ``/run``: a reboot ends it, and the boot pointer still names the old generation.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..host_error import BusyError, HostError
from ..layout import Layout


class Stage(str, enum.Enum):
    """How far an activation is."""

    STAGED = "staged"
    VERIFIED = "verified"
    TRIAL = "trial"
    HEALTHY = "healthy"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled-back"
    ROLLBACK_FAILED = "rollback-failed"

    @property
    def is_final(self) -> bool:
        """Nothing follows."""
        return self in (Stage.CONFIRMED, Stage.ROLLED_BACK, Stage.ROLLBACK_FAILED)


@dataclass(frozen=True)
class UnitChanges:
    """What an activation does to units; the undo is read from the same lists."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    reloaded: list[str] = field(default_factory=list)
    """Units that read their config again and go on."""
    masked: list[str] = field(default_factory=list)
    """Units of others that run and are stopped by a mask."""
    refreshed: list[str] = field(default_factory=list)
    """Units of others that are restarted because settings over them changed."""

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Transaction:
    """One activation. ``deadline`` is in seconds of CLOCK_MONOTONIC, so no clock change moves it; set by the try."""

    id: str
    new: str
    old: str | None
    deadline: float
    owner: str
    started: float
    units: UnitChanges
    stage: Stage = Stage.STAGED
    reason: str | None = None
    journal: str | None = None
    """Last words of the units that failed, without secrets."""
    why: str | None = None
    """What the operator gave as the reason for this change."""
    fence: int = 0
    """The number of its staging on this host."""

    @property
    def seconds_left(self) -> float:
        """Until the guard acts."""
        return self.deadline - monotonic()

    def at(self, stage: Stage, reason: str | None = None) -> Transaction:
        """This transaction, one stage further; the first reason stays."""
        return dataclasses.replace(self, stage=stage, reason=self.reason or reason)

    def with_journal(self, journal: str) -> Transaction:
        """This transaction and what its units said last."""
        return dataclasses.replace(self, journal=journal or None)

    def serialise(self) -> bytes:
        """The JSON form of the file."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True).encode()

    @classmethod
    def parse(cls, content: bytes) -> Transaction:
        """The transaction in the JSON form of the file."""
        fields = json.loads(content)
        fields["units"] = UnitChanges(**fields["units"])
        fields["stage"] = Stage(fields["stage"])
        return cls(**fields)


def monotonic() -> float:
    """Seconds of CLOCK_MONOTONIC: goes on while a container is frozen, ignores the wall clock."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class TransactionFile:
    """Where the open transaction and the last ended one are kept."""

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.run
        self._open = layout.run / "transaction.json"
        self._last = layout.run / "last.json"
        self._staged = layout.run / "staged.json"

    def open_one(self, transaction_id: str | None = None) -> Transaction | None:
        """The transaction that has not ended, if it is the one asked for."""
        transaction = _read(self._open)
        is_asked_for = transaction is not None and transaction_id in (None, transaction.id)
        return transaction if is_asked_for else None

    def ended(self, transaction_id: str) -> Transaction | None:
        """The last ended transaction, if it is the one asked for."""
        last = _read(self._last)
        return last if last and last.id == transaction_id else None

    def staged(self, fence: int) -> Transaction | None:
        """What waits to be tried, if it is the staging asked for."""
        staged = _read(self._staged)
        return staged if staged and staged.fence == fence else None

    def stage(self, transaction: Transaction) -> None:
        """Let this one wait to be tried, and whatever waited no longer."""
        _replace(self._staged, transaction.serialise())

    def save(self, transaction: Transaction) -> None:
        """Replace the open transaction by a later stage of itself, in one rename; nothing waits beside it."""
        _replace(self._open, transaction.serialise())
        with contextlib.suppress(FileNotFoundError):
            self._staged.unlink()

    def end(self, transaction: Transaction) -> None:
        """Keep how it ended, then open the way for the next."""
        try:
            _replace(self._last, transaction.serialise())
        except OSError:  # a full /run: the open one makes room for its end, so that no guard tries for ever
            self._open.unlink()
            _replace(self._last, transaction.serialise())
        with contextlib.suppress(FileNotFoundError):
            self._open.unlink()

    @contextlib.contextmanager
    def lock(self, seconds: float = 60.0) -> Iterator[None]:
        """Hold the host's lock: one change of state at a time. Raises HostError after ``seconds``."""
        self._folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        descriptor = os.open(str(self._folder / "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _flock(descriptor, seconds)
            yield
        finally:
            os.close(descriptor)


def _flock(descriptor: int, seconds: float) -> None:
    give_up = monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() > give_up:
                raise BusyError(
                    "/run/fractalops/lock",
                    f"another run holds it for over {seconds:.0f} s",
                    "wait, then run again",
                    seconds,
                ) from None
            time.sleep(0.05)


def _read(path: Path) -> Transaction | None:
    try:
        return Transaction.parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError):
        raise HostError(
            str(path), "is not a transaction", "reboot the host: it boots the confirmed generation"
        ) from None


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    os.replace(str(temporary), str(path))
