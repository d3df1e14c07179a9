# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of an activation: send it, say what it does while it runs, confirm it over a new connection."""

from __future__ import annotations

import getpass
import json
import os
import platform
import shlex
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

MODULE = "fractalops.infra.host_generation"
#: Ansible would log the arguments of the module on the host, secrets among them.
SILENT = {"ansible_no_target_syslog": True}
LOST = (
    "the connection was lost; an activation that had begun goes on by itself, and without a confirm the host rolls "
    "back at the end of its window"
)
#: What to run next, by the stage an activation ended in.
NEXT = {
    "rolled-back": "mend the cause, then: ansible-playbook fractalops.infra.site --tags hosts --limit {host}",
    "rollback-failed": "look at it first: ansible-playbook fractalops.infra.drift --limit {host}",
}
LOOK = "ansible-playbook fractalops.infra.drift --limit {host}"


class ActivationTask(ActionBase):
    """What every task that activates a generation shares."""

    _requires_connection = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Remember who we are; subclasses go on."""
        # Workers are sessions of their own since ansible-core 2.19: they outlive a killed play.
        self._controller = os.getppid()
        self._host = str((task_vars or {}).get("inventory_hostname"))
        return super().run(tmp, task_vars)

    def require_pipelining(self) -> None:
        """Without it Ansible would write the secrets among the module arguments to disk."""
        if not self._is_pipelining_enabled("new"):
            raise AnsibleActionFail(
                "pipelining is off for this host; set pipelining = true and unset keep_remote_files in ansible.cfg"
            )

    def owner(self) -> str:
        """Who the host and its history are told this is."""
        return f"{getpass.getuser()}@{platform.node()} pid {self._controller}"

    def activate(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """One module call; when it takes long, watching; when it is healthy, the confirm."""
        arguments = {**arguments, "owner": self.owner()}
        try:
            result: dict[str, Any] = self._execute_module(MODULE, arguments, task_vars={**(task_vars or {}), **SILENT})
            confirm, watch = result.pop("confirm", None), result.pop("watch", None)
            if watch:
                result |= self._watched(watch)
        except AnsibleConnectionFailure as error:
            raise AnsibleConnectionFailure(f"{error}; {LOST}; {self._next(LOOK)}") from None
        if confirm and not result.get("failed"):
            result |= self._confirmed(confirm)
        if result.get("failed") and "stage" in result:
            result["msg"] += "\n" + self._next(NEXT.get(str(result["stage"]), LOOK))
        return result

    def _watched(self, command: list[str]) -> dict[str, Any]:
        """Show each line of the host as it comes, and the seconds left while it is quiet; returns the outcome."""
        seen = 0
        while True:
            self._require_living_play()
            told = self._told([*command, str(seen)], "not watched to its end")
            for line in told["lines"] or ([] if told["outcome"] else ["still at it"]):
                # On standard error: a callback may promise that standard output is JSON.
                Display().display(f"{self._host}: {told['stage']}, {told['seconds_left']} s left: {line}", stderr=True)
            seen += len(told["lines"])
            if told["outcome"]:
                outcome: dict[str, Any] = told["outcome"]
                return outcome

    def _confirmed(self, command: list[str]) -> dict[str, Any]:
        """Over a new connection: an old multiplexed one would answer although nobody can log in any more."""
        self._require_living_play()
        try:
            self._connection.reset()
            return self._told(command, "not confirmed")
        except AnsibleConnectionFailure:
            raise AnsibleActionFail(
                "the host is healthy but no new connection could be opened, so nobody confirmed; "
                "it rolls back by itself at the end of its window; mend the way in, then run again\n" + self._next(LOOK)
            ) from None

    def _told(self, command: list[str], otherwise: str) -> dict[str, Any]:
        answer = self._low_level_execute_command(shlex.join(command))  # type: ignore[no-untyped-call]
        if answer["rc"]:
            raise AnsibleActionFail(f"{otherwise}: {answer['stderr'].strip()}\n{self._next(LOOK)}")
        told: dict[str, Any] = json.loads(answer["stdout"].splitlines()[-1])
        return told

    def _require_living_play(self) -> None:
        if os.getppid() != self._controller:
            raise AnsibleActionFail("the play was killed, so nobody confirms; the host rolls back by itself")

    def _next(self, command: str) -> str:
        return "next: " + command.format(host=self._host)
