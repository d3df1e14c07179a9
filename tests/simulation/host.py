# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated host: it boots, loses power, and runs the module and the agent of the product."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import agent
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.modules import host_generation
from ansible_collections.fractalops.infra.tests.simulation import documents
from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.loss import Loss
from ansible_collections.fractalops.infra.tests.simulation.process import Process
from ansible_collections.fractalops.infra.tests.simulation.programs import Programs, apply_sysusers, apply_tmpfiles
from ansible_collections.fractalops.infra.tests.simulation.service_manager import SPOILT, WANTS, ServiceManager
from ansible_collections.fractalops.infra.tests.simulation.world import World

FOREIGN_TEXT = "[Service]\nExecStart=/usr/bin/foreign\nNice=0\n"
RUN = "/run/fractalops"
LASTING = ("/etc/fractalops/confirmed", "/opt/app/current")
#: What a shell says of a program that is not there.
NO_SUCH_PROGRAM = 2
#: Agents' tasks → what a fault calls the process.
KINDS = {"sleep-then-guard": "sleeper"}


class Exit(Exception):  # noqa: N818  no error: how Ansible ends a module
    """A module has answered."""


class Module:
    """What the product sees of AnsibleModule."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.params, self.check_mode = dict(params), False
        self.answer: dict[str, Any] = {}

    def warn(self, words: str) -> None:
        """Not of interest here."""

    def exit_json(self, **result: Any) -> None:
        """A good end."""
        self.answer = result
        raise Exit

    def fail_json(self, **result: Any) -> None:
        """A bad one."""
        self.answer = {**result, "failed": True}
        raise Exit


class Host:
    """``files`` are the disk it boots from."""

    def __init__(self, files: FileSystem) -> None:
        self.world = World(files)
        self.manager: ServiceManager
        self.boots = 0
        #: A disk that once took no more.
        self.was_full = False
        #: Names that were there at the beginning must be there at every moment.
        self.lasting = [path for path in LASTING if files.target(path) is not None]
        self._boot()

    def _boot(self) -> None:
        files = self.world.files
        self.boots += 1
        self.world.now += 10.0
        for folder in ("/run/systemd/system", "/run/systemd/system.control", "/proc"):
            files.put_folder(folder)
        self.manager = ServiceManager(self.world)
        self.manager.transients.process = self._agent_process
        self.world.execute = Programs(self.manager).execute
        self.world.answer = self.manager.answer
        apply_sysusers(self.manager, "/etc/sysusers.d/fractalops.conf")
        apply_tmpfiles(self.manager, "/etc/tmpfiles.d/fractalops.conf")
        self.manager.boot()

    def lose_power(self, loss: Loss) -> None:
        """And get it back."""
        self.world.end()
        self.world.locks.clear()
        self.world.files.cut_power(loss)
        self._boot()

    def module(self, params: dict[str, Any], owner: str) -> tuple[Process, Module]:
        """Ansible's module begins to run."""
        module = Module(params)

        def body() -> int:
            try:
                host_generation.main()
            except Exit:
                return 0
            return 1

        process = Process(self.world, "module", body, owner)
        process.module = module
        return self.world.start(process), module

    def step(self, kind: str, work: Callable[[Layout], dict[str, Any]], owner: str) -> tuple[Process, Module]:
        """One of the two halves that the module does in one go begins to run; a refusal is its answer."""
        module = Module({})

        def body() -> int:
            try:
                module.answer = work(Layout())
            except (HostError, OSError) as refused:
                module.answer = {"failed": True, "msg": str(refused)}
            return 0

        return self.world.start(Process(self.world, kind, body, owner)), module

    def agent(self, command: list[str], owner: str) -> Process:
        """A command of the controller begins to run."""
        process = self._agent_process(command)
        process.owner = owner
        return self.world.start(process)

    def stray_confirm(self, transaction_id: str) -> None:
        """Somebody confirms this, with whatever agent is installed."""
        programs = [name for name in self.world.files.names(RUN) if name.startswith("agent-")]
        if programs:
            self.agent(["python3", "-I", f"{RUN}/{programs[0]}", "confirm", transaction_id], "stranger")

    def spoil(self, program: str) -> None:
        """From now on it ends as soon as it was started."""
        self.world.files.put(program, SPOILT, 0o755)

    def _agent_process(self, command: list[str]) -> Process:
        _python, _isolated, program, task, *arguments = command

        def body() -> int:
            if not self._is_whole(program):
                return NO_SUCH_PROGRAM
            return agent.main(task, *arguments)

        made = Process(self.world, KINDS.get(task, task), body)
        made.words = arguments
        return made

    def _is_whole(self, program: str) -> bool:
        """The agent was installed whole, so that what runs is what is installed."""
        files = self.world.files
        return all(files.text(f"{program}/{name}") == text for name, text in _agent_texts().items())


@functools.cache
def _agent_texts() -> dict[str, str]:
    return {name: content.decode() for name, content in agent.sources().items()}


def bare_disk() -> FileSystem:
    """Of a host that has releases and units of others, and no generation."""
    files = FileSystem()
    for folder in (WANTS, "/etc/tmpfiles.d", "/run"):
        files.put_folder(folder)
    for version in documents.RELEASES:
        files.put(f"/opt/app/releases/{version}/run", "#!/bin/sh\n", 0o755)
    files.put("/usr/bin/foreign", "#!/bin/sh\n", 0o755)
    for name in (documents.FOREIGN, documents.MASKED):
        files.put(f"/usr/lib/systemd/system/{name}", FOREIGN_TEXT)
        files.put_link(f"{WANTS}/{name}", f"/usr/lib/systemd/system/{name}")
    files.sync_all()
    return files


def payload(document: documents.Document, version: str) -> str:
    """What the controller sends."""
    return json.dumps({"generation": document, "secrets": documents.secrets(version)})
