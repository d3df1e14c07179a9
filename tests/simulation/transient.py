# SPDX-License-Identifier: GPL-3.0-or-later
"""Transient units of the simulated systemd: services that are processes of the product, and timers that start them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.fractalops.infra.tests.simulation.process import Process
from ansible_collections.fractalops.infra.tests.simulation.world import World

RESTART_SECONDS = 0.2


@dataclass(eq=False)
class Service:
    """``process`` is None while it waits for its restart."""

    name: str
    command: list[str]
    restarts: bool
    process: Process | None = None


@dataclass(eq=False)
class Timer:
    """``due`` is a moment of the monotonic clock."""

    name: str
    due: float
    service: Service
    is_waiting: bool = True


class Transients:
    """Gone with the boot that made them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.services: dict[str, Service] = {}
        self.timers: dict[str, Timer] = {}
        #: Makes the process of a command.
        self.process: Callable[[list[str]], Process]

    def run(self, name: str, command: list[str], *, restarts: bool, due: float | None) -> bool:
        """Start it, now or when it is due; False when the name is taken."""
        if f"{name}.service" in self.services or f"{name}.timer" in self.timers:
            return False
        service = Service(f"{name}.service", command, restarts)
        if due is None:
            self._start(service)
            return True
        timer = self.timers[f"{name}.timer"] = Timer(f"{name}.timer", due, service)
        self._world.at(due, lambda: self._fire(timer))
        return True

    def _fire(self, timer: Timer) -> None:
        if timer.is_waiting:
            timer.is_waiting = False
            self._start(timer.service)

    def _start(self, service: Service) -> None:
        self.services[service.name] = service
        service.process = self._world.start(self.process(service.command))
        service.process.on_exit.append(lambda process: self._exited(service, process))

    def _exited(self, service: Service, process: Process) -> None:
        if service.process is not process or self.services.get(service.name) is not service:
            return
        service.process = None
        if service.restarts and process.code:
            self._world.at(self._world.now + RESTART_SECONDS, lambda: self._restart(service))
        else:
            self._collect(service)

    def _restart(self, service: Service) -> None:
        if self.services.get(service.name) is service and service.process is None:
            self._start(service)

    def _collect(self, service: Service) -> None:
        self.services.pop(service.name, None)
        self.timers = {name: timer for name, timer in self.timers.items() if timer.service is not service}

    def forget_overdue(self) -> None:
        """What a ``daemon-reload`` does to timers whose time passed while nobody ran."""
        for timer in self.timers.values():
            timer.is_waiting = timer.is_waiting and timer.due > self._world.now

    def is_known(self, name: str) -> bool:
        """A service that runs or restarts, or a timer."""
        return name in self.services or name in self.timers

    def states(self, name: str) -> tuple[str, str]:
        """ActiveState and SubState."""
        if name in self.timers:
            timer = self.timers[name]
            return "active", "waiting" if timer.is_waiting else "running" if timer.service.process else "elapsed"
        process = self.services[name].process
        return ("active", "running") if process and not process.is_dead else ("activating", "auto-restart")

    def kill(self, name: str) -> None:
        """SIGKILL for all of a service; systemd starts it again if it should be."""
        service = self.services.get(name)
        if service and service.process:
            service.process.kill()

    def stop(self, name: str) -> None:
        """For good."""
        timer = self.timers.pop(name, None)
        if timer:
            timer.is_waiting = False
        service = self.services.pop(name, None)
        if service and service.process:
            service.process.kill()
            service.process = None
