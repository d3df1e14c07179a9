# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated systemd: loaded definitions, lives of services and jobs that change them.

A definition is read once and kept until ``daemon-reload``. A job goes on when whoever asked for it is killed; a newer
one takes its place.
"""

from __future__ import annotations

import itertools

from ansible_collections.fractalops.infra.tests.simulation import definition
from ansible_collections.fractalops.infra.tests.simulation.definition import Definition
from ansible_collections.fractalops.infra.tests.simulation.transient import Transients
from ansible_collections.fractalops.infra.tests.simulation.unit import Job, Unit
from ansible_collections.fractalops.infra.tests.simulation.world import World

CREDENTIALS = "/run/credentials"
FIXED_PLACE = "/run/fractalops/files"
WANTS = "/etc/systemd/system/multi-user.target.wants"
RESTART_SECONDS = 0.03
#: A program that ends as soon as it was started.
SPOILT = "exit 1"


class ServiceManager:
    """PID 1, from one boot to the next."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.started = world.now
        self.units: dict[str, Unit] = {}
        self.transients = Transients(world)
        self._loaded: dict[str, Definition] = {}
        self._masks = definition.masks(world.files)
        self._pids = itertools.count(300)

    def boot(self) -> None:
        """Start what is wanted."""
        for name in self.world.files.names(WANTS):
            if self.definition(name).load_state == "loaded":
                self.ask("start", name)

    def reload(self) -> None:
        """Forget what was read, run generators; a timer that was due while nobody ran is disabled."""
        self._loaded.clear()
        self._masks = definition.masks(self.world.files)
        self.transients.forget_overdue()

    def definition(self, name: str) -> Definition:
        """As it was read; now, if it was not yet."""
        if name not in self._loaded:
            self._loaded[name] = definition.load(self.world.files, name, self._masks)
        return self._loaded[name]

    def unit(self, name: str) -> Unit:
        """Its life, also of one that never lived."""
        return self.units.setdefault(name, Unit(name))

    def ask(self, kind: str, name: str) -> Job:
        """A new job: ``start``, ``stop`` or ``restart``; one that was under way is cancelled."""
        unit, job = self.unit(name), Job(kind)
        if unit.job is not None:
            self._end(unit, unit.job, is_good=False)
        unit.job = job
        if kind == "start" and unit.is_up:
            self._end(unit, job, is_good=True)
        elif kind == "start":
            self._start(unit, job)
        else:
            self._stop(unit, job)
        return job

    def _stop(self, unit: Unit, job: Job) -> None:
        seconds = unit.running.behaves("stops-after") if unit.running and unit.state != "inactive" else None
        unit.life += 1
        if seconds:
            unit.state, unit.sub = "deactivating", "stop-sigterm"
            self.world.at(self.world.now + seconds, lambda: self._stopped(unit, job))
        else:
            self._stopped(unit, job)

    def _stopped(self, unit: Unit, job: Job) -> None:
        if unit.job is not job:
            return
        self._leave(unit, "inactive", "dead", "success")
        if job.kind == "stop":
            self._end(unit, job, is_good=True)
        else:
            self._start(unit, job)

    def _start(self, unit: Unit, job: Job) -> None:
        loaded = self.definition(unit.name)
        seconds = loaded.behaves("starts-after")
        unit.life += 1
        if seconds and loaded.load_state == "loaded":
            unit.state, unit.sub = "activating", "start"
            self.world.at(self.world.now + seconds, lambda: self._started(unit, job, loaded))
        else:
            self._started(unit, job, loaded)

    def _started(self, unit: Unit, job: Job, loaded: Definition) -> None:
        if unit.job is not job:
            return
        can_start = loaded.load_state == "loaded" and loaded.behaves("does-not-start") is None
        is_good = can_start and self._enter(unit, loaded)
        if not is_good:
            self._leave(unit, "failed", "failed", "exit-code")
        self._end(unit, job, is_good=is_good)

    def _enter(self, unit: Unit, loaded: Definition) -> bool:
        """Start its process; False when a credential or its release is not there."""
        files = self.world.files
        given = dict(one.split(":", 1) for one in loaded.settings("LoadCredentialEncrypted"))
        values = {name: opened(files.text(path), name) for name, path in given.items()}
        program = loaded.setting("ExecStart").split(" ")[0]
        if None in values.values() or not files.text(program):
            return False
        unit.credentials = {name: value or "" for name, value in values.items()}
        for name, value in unit.credentials.items():
            files.put(f"{CREDENTIALS}/{unit.name}/{name}", value, 0o400)
        unit.state, unit.sub, unit.result, unit.status = "active", "running", "success", 0
        unit.running, unit.pid, unit.entered = loaded, next(self._pids), self.world.now
        self.read_config(unit)
        files.put(f"/proc/{unit.pid}/cmdline", loaded.setting("ExecStart").replace(" ", "\0"))
        self._live(unit, loaded)
        return True

    def read_config(self, unit: Unit) -> None:
        """What a service does at its start, and when it is asked to reload."""
        unit.config = self.world.files.text(f"{FIXED_PLACE}/{unit.name}/config.json")

    def _live(self, unit: Unit, loaded: Definition) -> None:
        seconds, life = loaded.behaves("dies-after"), unit.life
        if self.world.files.text(loaded.setting("ExecStart").split(" ")[0]) == SPOILT:
            self._leave(unit, "failed", "failed", "exit-code")
        elif seconds is not None:
            self.world.at(self.world.now + seconds, lambda: self._die(unit, life))

    def _die(self, unit: Unit, life: int) -> None:
        if unit.life != life or not unit.is_up:
            return
        running = unit.running
        self._leave(unit, "failed", "failed", "exit-code")
        if running is not None and running.setting("Restart") == "on-failure":
            unit.state, unit.sub = "activating", "auto-restart"
            self.world.at(self.world.now + RESTART_SECONDS, lambda: self._restart(unit, life))

    def _restart(self, unit: Unit, life: int) -> None:
        if unit.life == life and unit.job is None:
            unit.restarts += 1
            self.ask("start", unit.name)

    def _leave(self, unit: Unit, state: str, sub: str, result: str) -> None:
        files = self.world.files
        for name in unit.credentials:
            files.unlink(f"{CREDENTIALS}/{unit.name}/{name}")
        if unit.pid:
            files.unlink(f"/proc/{unit.pid}/cmdline")
            files.rmdir(f"/proc/{unit.pid}")
        unit.credentials, unit.config, unit.running, unit.pid = {}, None, None, 0
        unit.state, unit.sub, unit.result = state, sub, result
        unit.status = 0 if result == "success" else 1

    def _end(self, unit: Unit, job: Job, *, is_good: bool) -> None:
        job.is_done, job.is_good, unit.job = True, is_good, None
        for process in job.waiting:
            process.wake_at = self.world.now

    def answer(self, port: int) -> str | None:
        """What listens there says."""
        for unit in self.units.values():
            running = unit.running
            if running and unit.is_up and running.port == port and running.behaves("mute") is None:
                return unit.name
        return None


def sealed(name: str, value: str) -> bytes:
    """What ``systemd-creds encrypt`` makes."""
    return f"sealed:{name}:{value}:end".encode()


def opened(ciphertext: str | None, name: str) -> str | None:
    """The value; None for what is torn, or was made for another name."""
    head, tail = f"sealed:{name}:", ":end"
    is_whole = ciphertext is not None and ciphertext.startswith(head) and ciphertext.endswith(tail)
    return ciphertext[len(head) : -len(tail)] if ciphertext is not None and is_whole else None
