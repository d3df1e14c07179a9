# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated process: a thread that runs the real product, one of all at a time, and passes through every call.

A killed process runs no further call: the next one raises ``Killed`` before it does anything, and so does every call
of whatever is unwound by that, so no ``finally`` of the product has an effect after its death.
"""

from __future__ import annotations

import _thread
import contextlib
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ansible_collections.fractalops.infra.tests.simulation.inode import Inode

if TYPE_CHECKING:
    from ansible_collections.fractalops.infra.tests.simulation.world import World

#: By identity of the thread, whoever of this interpreter is in a simulated world.
_processes: dict[int, Process] = {}
_descriptors = itertools.count(1000)
_pids = itertools.count(2000)
KILLED = -9


class Killed(BaseException):
    """The end of a process that was killed."""


@dataclass(slots=True)
class OpenFile:
    """What a descriptor stands for."""

    inode: Inode
    path: str
    flags: int
    position: int = 0


def current() -> Process | None:
    """The simulated process that asks; None for everybody else in this interpreter."""
    return _processes.get(_thread.get_ident())


class Process:
    """``kind`` says what it is, such as ``module`` or ``guard``; ``owner`` whose; ``words`` are its arguments.

    ``code`` is its exit code, once it has ended.
    """

    def __init__(self, world: World, kind: str, body: Callable[[], int], owner: str = "") -> None:
        self.world, self.kind, self.owner = world, kind, owner
        self.words: list[str] = []
        #: What it gets as Ansible's side, when it is a module.
        self.module: object = None
        self.pid = next(_pids)
        self.files: dict[int, OpenFile] = {}
        self.stdout = io.StringIO()
        self.stderr = io.StringIO()
        self.effects = self.calls = 0
        self.wake_at: float | None = 0.0
        self.is_dead = self.is_done = False
        self.code: int | None = None
        self.on_exit: list[Callable[[Process], None]] = []
        self._body = body
        self._turn = _thread.allocate_lock()
        self._turn.acquire()
        self._has_begun = False

    def resume(self) -> None:
        """Called by the world: let it run until it pauses or ends."""
        if self._has_begun:
            self._turn.release()
        else:
            self._has_begun = True
            _thread.start_new_thread(self._live, ())
        self.world.turn.acquire()

    def _live(self) -> None:
        ident = _thread.get_ident()
        _processes[ident] = self
        try:
            self.code = KILLED if self.is_dead else self._body()
        except Killed:
            self.code = KILLED
        except BaseException as fault:  # noqa: BLE001  what the interpreter would end with a traceback
            self.code = 1
            self.world.tracebacks.append((self, fault))
        finally:
            del _processes[ident]
            self.files.clear()
            self.is_done = True
            self.world.turn.release()

    def pause(self) -> None:
        """Give the turn back; returns when this process has it again. Raises Killed when it was killed meanwhile."""
        self.world.turn.release()
        self._turn.acquire()
        if self.is_dead:
            raise Killed

    def sleep_until(self, moment: float | None) -> None:
        """Pause until the clock says so, or until somebody wakes it."""
        self.wake_at = moment
        self.pause()

    def kill(self) -> None:
        """SIGKILL: its descriptors are closed at once, and so its locks are free."""
        self.is_dead = True
        self.files.clear()
        self.wake_at = 0.0

    def read(self) -> None:
        """Before every call that changes nothing."""
        if self.is_dead:
            raise Killed
        self.calls += 1
        self.world.before_read(self)

    def effect(self, words: str, *where: object) -> None:
        """Before every call that changes something for others, or makes it durable."""
        if self.is_dead:
            raise Killed
        self.calls += 1
        self.effects += 1
        self.world.before_effect(self, words, where)
        if self.is_dead:
            raise Killed

    def open(self, inode: Inode, path: str, flags: int) -> int:
        """A new descriptor."""
        descriptor = next(_descriptors)
        self.files[descriptor] = OpenFile(inode, path, flags)
        return descriptor

    @contextlib.contextmanager
    def entered(self):  # type: ignore[no-untyped-def]
        """This very thread is the process, for a while: an onlooker, whose calls are never held up."""
        ident = _thread.get_ident()
        _processes[ident] = self
        try:
            yield
        finally:
            del _processes[ident]
