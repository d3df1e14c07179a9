# SPDX-License-Identifier: GPL-3.0-or-later
"""What every task that may have to climb to its host shares: trying one way in after the other."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError

from ..break_glass.ladder import Step
from ..break_glass.rung import Rung
from ..openbao import Payload
from .activation import REPAIR_MODULE, SILENT, ActivationTask
from .deadline import within
from .keepalive import keep_alive

HELLO = "echo fractalops"
#: How long a rung may take to answer, and a step of a repair, in which units stop and start.
HELLO_SECONDS = 30
STEP_SECONDS = 300


class ThroughNode(Protocol):
    """What the connection ``node_attach`` can do beside running commands in the container."""

    def container_state(self) -> str:
        """``running``, ``stopped`` or what else the node says."""

    def start_container(self) -> None:
        """Boot it."""


@dataclass(frozen=True)
class Attempt:
    """How a rung was found."""

    step: Step
    why: str | None
    """Why it is not open; None when it is."""

    def record(self) -> dict[str, Any]:
        """Plain data, for results and the break-glass log."""
        return {"rung": self.step.rung.value, "open": self.why is None, "why": self.why}


class LadderTask(ActivationTask):
    """The connection of the task is only the first of its ways in."""

    _node: ThroughNode

    def attempts(self, steps: tuple[Step, ...], task_vars: dict[str, Any]) -> Iterator[Attempt]:
        """Try each rung; the one that was yielded last stays the connection of this task when it is open."""
        for step in steps:
            yield Attempt(step, step.closed or self._tried(step, task_vars))

    def answer(self, step: Mapping[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """One step of the module ``break_glass_repair`` on the host. Raises AnsibleActionFail with the host's words."""
        arguments = {"payload": Payload(json.dumps(step))}
        known = {**task_vars, **SILENT}
        call = partial(self._execute_module, REPAIR_MODULE, arguments, task_vars=known)
        result: dict[str, Any] = within(STEP_SECONDS, call)
        if result.get("failed"):
            raise AnsibleActionFail(str(result.get("msg")))
        return result

    def _tried(self, step: Step, task_vars: dict[str, Any]) -> str | None:
        """Why the rung is not open; when it is, this task goes on over it."""
        try:
            said = within(HELLO_SECONDS, lambda: self._answer_of(step, task_vars))
        except (AnsibleConnectionFailure, AnsibleError) as error:
            return " ".join(str(error).split())[:400]
        if isinstance(said, str):
            return said
        if said["rc"] or said["stdout"].split()[-1:] != HELLO.split()[-1:]:
            return " ".join(str(said["stderr"]).split())[-400:] or "it gave no sensible answer"
        return None

    def _answer_of(self, step: Step, task_vars: dict[str, Any]) -> Any:
        """What a command over this rung prints, or why it is not to be tried."""
        if step.rung is Rung.SSH:
            keep_alive(self._connection)
            self._connection.reset()  # an old multiplexed connection answers although nobody can log in any more
        else:
            self._connection = self._node = self._connection_of(step, task_vars)
            state, wanted = self._node.container_state(), step.rung.container_state
            if state != wanted:
                return f"the container is {state}, not {wanted}"
        return self._low_level_execute_command(HELLO)  # type: ignore[no-untyped-call]

    def _connection_of(self, step: Step, task_vars: dict[str, Any]) -> Any:
        """Made as Ansible makes the connection of a task, with the variables of the rung on top."""
        variables = {**task_vars, **step.variables}
        connection = self._shared_loader_obj.connection_loader.get(
            step.variables["ansible_connection"], self._play_context
        )
        connection.set_options(var_options=connection._resolve_option_variables(variables, self._templar))
        connection._shell.set_options(var_options={})
        return connection


def is_here(address: str) -> bool:
    """The address is one of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
