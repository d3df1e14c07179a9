# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of an activation: send it, say what it does while it runs, confirm it over a new connection."""

from __future__ import annotations

import getpass
import json
import platform
import shlex
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..errors import InfraError
from . import failure
from .pipelining import require_pipelining
from .play import Play

MODULE = "fractalops.infra.host_generation"
REPAIR_MODULE = "fractalops.infra.break_glass_repair"
#: Ansible would log the arguments of the module on the host, secrets among them.
SILENT = {"ansible_no_target_syslog": True}
LOST = (
    "the connection was lost; an activation that had begun goes on by itself, and without a confirm the host rolls "
    "back at the end of its window"
)
#: Where a host is when its last words are missing.
UNDECIDED = "the host is on its old generation by the end of its window, unless it had confirmed the new one already"
#: What to run next, by the stage an activation ended in.
NEXT = {
    "rolled-back": "fix the cause, then run: ansible-playbook fractalops.infra.site --tags hosts --limit {host}",
    "rollback-failed": "look at it first: ansible-playbook fractalops.infra.drift --limit {host}",
}
#: The host refused, and the words before say why.
REFUSED = "fix that, then run: ansible-playbook fractalops.infra.site --tags hosts --limit {host}"
REFUSED_ROLLBACK = (
    "fix that, then run: ansible-playbook fractalops.infra.rollback --limit {host} -e generation=ID -e reason=WHY"
)
LOOK = "ansible-playbook fractalops.infra.drift --limit {host}"
#: What the result of a failure holds beside its words: how far it came, and what a module printed that crashed.
TOLD_KEYS = ("changed", "generation", "previous", "stage", "module_stdout", "module_stderr", "rc")


class ActivationTask(ActionBase):
    """What every task that activates a generation shares."""

    _requires_connection = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Remember who we are; subclasses go on."""
        self._play = Play()
        self._host = str((task_vars or {}).get("inventory_hostname"))
        return super().run(tmp, task_vars)

    def require_pipelining(self) -> None:
        """Raises AnsibleActionFail when the secrets of this task would reach the disk of the host."""
        try:
            require_pipelining(self)
        except InfraError as error:
            raise self.untouched(error) from None

    def owner(self) -> str:
        """Who this is, for the host and its history."""
        return f"{getpass.getuser()}@{platform.node()} pid {self._play.pid}"

    def activate(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """One module call; when it takes long, watching; when it is healthy, the confirm.

        Raises AnsibleActionFail when the host refused, or rolled back.
        """
        self._require_living_play()
        arguments = {**arguments, "owner": self.owner()}
        try:
            result: dict[str, Any] = self._execute_module(MODULE, arguments, task_vars={**(task_vars or {}), **SILENT})
            confirm, watch = result.pop("confirm", None), result.pop("watch", None)
            if watch:
                result |= self._watched(watch)
        except AnsibleConnectionFailure as error:
            raise AnsibleConnectionFailure(f"{error}\n{LOST}\n{self._next(LOOK)}") from None
        if confirm and not result.get("failed"):
            result |= self._confirmed(confirm)
        if result.get("failed"):
            refused = REFUSED_ROLLBACK if "back_to" in json.loads(arguments["payload"]) else REFUSED
            then = NEXT.get(str(result["stage"]), LOOK) if "stage" in result else refused
            words = f"{result.get('msg', 'it failed and printed nothing')}\n{self._next(then)}"
            # Units, repairs and diffs are what was planned: after a failure they only hide the words.
            raise AnsibleActionFail(words, result={key: result[key] for key in TOLD_KEYS if key in result})
        return result

    def untouched(self, error: object) -> AnsibleActionFail:
        """The failure of a task that has not been on the host."""
        return AnsibleActionFail(f"{error}\nnothing was changed on the host\n{self._next(REFUSED)}")

    def healed(self, result: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """A host that is as its topology says needs its break-glass repair no more; the host remembers the end."""
        is_open = result.pop("open_repair", False)
        if not is_open or self._task.check_mode:
            return result
        step = {"step": "heal", "generation": result["generation"], "owner": self.owner()}
        told = self._execute_module(REPAIR_MODULE, {"payload": json.dumps(step)}, task_vars=task_vars)
        if told.get("failed"):
            raise AnsibleActionFail(f"the host is in order, but its break-glass log was not written: {told.get('msg')}")
        return result | {"healed": told["healed"]}

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
            return self._told_anew(command)
        except AnsibleConnectionFailure:
            pass  # perhaps only the answer was lost: asked again, the host says how its transaction ended
        try:
            return self._told_anew(command)
        except AnsibleConnectionFailure:
            raise AnsibleActionFail(
                "the host is healthy but no new connection could be opened, so nobody confirmed; "
                "it rolls back by itself at the end of its window; restore the login, then run again\n"
                + self._next(LOOK)
            ) from None

    def _told_anew(self, command: list[str]) -> dict[str, Any]:
        self._connection.reset()
        return self._told(command, "not confirmed")

    def _told(self, command: list[str], otherwise: str) -> dict[str, Any]:
        answer = self._low_level_execute_command(shlex.join(command))  # type: ignore[no-untyped-call]
        if answer["rc"]:
            said = answer["stderr"].strip() or "the host gave no reason"
            raise AnsibleActionFail(f"{otherwise}: {said}\n{UNDECIDED}\n{self._next(LOOK)}")
        told: dict[str, Any] = json.loads(answer["stdout"].splitlines()[-1])
        return told

    def _require_living_play(self) -> None:
        self._play.require_living("nothing is begun or confirmed; what began rolls back by itself")

    def _next(self, command: str) -> str:
        return failure.NEXT + command.format(host=self._host)
