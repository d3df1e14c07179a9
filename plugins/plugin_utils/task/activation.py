# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of an activation: send it, say what it does while it runs, confirm it over a new connection."""

from __future__ import annotations

import getpass
import json
import platform
import shlex
import time
from functools import partial
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.utils.display import Display

from ..errors import InfraError
from . import failure
from .deadline import NoAnswerError, within
from .host_task import HostTask
from .keepalive import keep_alive
from .open_trial import GRACE_SECONDS, LOOK_THERE, QUIET_SECONDS, OpenTrial
from .pipelining import require_pipelining
from .play import Play
from .question import ANSWER_SECONDS
from .way_in_failure import words_in_place_of_an_answer

MODULE = "fractalops.infra.host_generation"
REPAIR_MODULE = "fractalops.infra.break_glass_repair"
#: Ansible would log the arguments of the module on the host, secrets among them.
SILENT = {"ansible_no_target_syslog": True}
LOST = (
    "an activation that had begun goes on by itself, and without a confirm the host rolls back at the end of its window"
)
UNBEGUN = "it was only asked what it would do, so nothing was changed on it"
#: For a line in the log of a host.
HEAL_SECONDS = 60
#: Where a host is when its last words are missing.
UNDECIDED = "the host is on its old generation by the end of its window, unless it had confirmed the new one already"
#: What to run next, by the stage an activation ended in.
NEXT = {
    "rolled-back": "fix the cause, then run: ansible-playbook fractalops.infra.site --tags hosts --limit {host}",
    "rollback-failed": "look at it first: ansible-playbook fractalops.infra.drift --limit {host}",
}
#: What is asked again when the host refused, and the words before say why.
SITE = "ansible-playbook fractalops.infra.site --tags hosts --limit {host}"
ROLLBACK = "ansible-playbook fractalops.infra.rollback --limit {host} -e generation=ID -e reason=WHY"
LOOK = "ansible-playbook fractalops.infra.drift --limit {host}"
PLAN = "see whether the host runs and can be reached, then run: ansible-playbook fractalops.infra.plan --limit {host}"
#: What the result of a failure holds beside its words: how far it came, and what a module printed that crashed.
TOLD_KEYS = ("changed", "generation", "previous", "stage", "module_stdout", "module_stderr", "rc")


class ActivationTask(HostTask):
    """What every task that activates a generation shares."""

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

        No wait is longer than the window of the host and GRACE_SECONDS. Raises AnsibleActionFail when the host refused,
        or rolled back.
        """
        self._require_living_play()
        keep_alive(self._connection)
        result, trial = self._begun({**arguments, "owner": self.owner()}, task_vars)
        confirm, watch = result.pop("confirm", None), result.pop("watch", None)
        if watch:
            result |= self._watched(watch, trial)
        if confirm and not result.get("failed"):
            result |= self._confirmed(confirm, trial)
        if result.get("failed"):
            asked = ROLLBACK if "back_to" in json.loads(arguments["payload"]) else SITE
            then = NEXT.get(str(result["stage"]), LOOK) if "stage" in result else _again(result, asked)
            words = f"{result.get('msg', 'it failed and printed nothing')}\n{self._next(then)}"
            # Units, repairs and diffs are what was planned: after a failure they only hide the words.
            raise AnsibleActionFail(words, result={key: result[key] for key in TOLD_KEYS if key in result})
        return result

    def _begun(self, arguments: dict[str, Any], task_vars: dict[str, Any] | None) -> tuple[dict[str, Any], OpenTrial]:
        """The answer of the module, and how long what it began goes on."""
        trial, known = OpenTrial.before(arguments["payload"]), {**(task_vars or {}), **SILENT}
        patience_seconds = trial.patience_seconds
        if self._task.check_mode:
            patience_seconds = max(patience_seconds, ANSWER_SECONDS)
        try:
            call = partial(self._execute_module, MODULE, arguments, task_vars=known)
            answer = within(patience_seconds, call)
        except AnsibleConnectionFailure as error:
            raise self._lost(error, trial) from None
        except AnsibleError as error:
            if cause := self._way_in_failure(str(error)):
                raise self.untouched(cause) from None
            raise
        result: dict[str, Any] = self._understood(answer, trial)
        left = result.pop("seconds_left", None)
        return result, trial if left is None else OpenTrial.of(left)

    def _understood(self, result: dict[str, Any], trial: OpenTrial) -> dict[str, Any]:
        """``result``; when it is no answer of the module, why, and what that means for the host."""
        said = words_in_place_of_an_answer(result)
        if said is None:
            return result
        if cause := self._way_in_failure(said):
            return {"failed": True, "msg": f"{cause}\nnothing was changed on the host"}
        after = UNBEGUN if self._task.check_mode else f"{UNDECIDED}; {trial.rolls_back()}; {LOOK_THERE}"
        return result | {"msg": f"the module broke off: {said[-600:]}\n{after}"}

    def untouched(self, error: object) -> AnsibleActionFail:
        """The failure of a task that has not been on the host."""
        return AnsibleActionFail(f"{error}\nnothing was changed on the host\n{self._next(_again({}, SITE))}")

    def healed(self, result: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """A host that is as its topology says needs its break-glass repair no more; the host remembers the end."""
        is_open = result.pop("open_repair", False)
        if not is_open or self._task.check_mode:
            return result
        step = {"step": "heal", "generation": result["generation"], "owner": self.owner()}
        call = {"payload": json.dumps(step)}
        try:
            told = within(HEAL_SECONDS, partial(self._execute_module, REPAIR_MODULE, call, task_vars=task_vars))
        except AnsibleError as error:
            told = {"failed": True, "msg": self._way_in_failure(str(error)) or error}
        if told.get("failed"):
            raise AnsibleActionFail(f"the host is in order, but its break-glass log was not written: {told.get('msg')}")
        return result | {"healed": told["healed"]}

    def _watched(self, command: list[str], trial: OpenTrial) -> dict[str, Any]:
        """Show each line of the host as it comes, and the seconds left while it is quiet; returns the outcome."""
        seen = 0
        while True:
            self._require_living_play()
            try:
                told = self._told([*command, str(seen)], "not watched to its end", trial, QUIET_SECONDS + GRACE_SECONDS)
            except AnsibleConnectionFailure as error:
                raise self._lost(error, trial) from None
            for line in told["lines"] or ([] if told["outcome"] else ["still at it"]):
                # On standard error: a callback may promise that standard output is JSON.
                Display().display(f"{self._host}: {told['stage']}, {told['seconds_left']} s left: {line}", stderr=True)
            seen += len(told["lines"])
            if told["outcome"]:
                outcome: dict[str, Any] = told["outcome"]
                return outcome

    def _confirmed(self, command: list[str], trial: OpenTrial) -> dict[str, Any]:
        """Over a new connection: an old multiplexed one would answer although nobody can log in any more."""
        self._require_living_play()
        try:
            return self._told_anew(command, trial)
        except NoAnswerError as error:
            self._let_go()
            raise self._undecided(f"not confirmed: {error}", trial) from None
        except AnsibleConnectionFailure:
            pass  # perhaps only the answer was lost: asked again, the host says how its transaction ended
        try:
            return self._told_anew(command, trial)
        except AnsibleConnectionFailure as error:
            raise AnsibleActionFail(
                "the host is healthy but no new connection could be opened, so nobody confirmed; "
                "it rolls back by itself at the end of its window; restore the login, then run again\n"
                f"{error}; {trial.rolls_back()}; {LOOK_THERE}\n{self._next(LOOK)}"
            ) from None

    def _told_anew(self, command: list[str], trial: OpenTrial) -> dict[str, Any]:
        within(trial.patience_seconds, self._connection.reset)
        return self._told(command, "not confirmed", trial, trial.patience_seconds)

    def _told(self, command: list[str], otherwise: str, trial: OpenTrial, seconds: float) -> dict[str, Any]:
        """What a command of the agent prints. Raises AnsibleConnectionFailure when it cannot be asked."""
        try:
            answer = within(seconds, partial(self._low_level_execute_command, shlex.join(command)))
        except AnsibleConnectionFailure:
            raise
        except (AnsibleError, OSError) as error:
            raise self._undecided(f"{otherwise}: {self._way_in_failure(str(error)) or error}", trial) from None
        told = None if answer["rc"] else _object(answer["stdout"])
        if told is None:
            said = answer["stderr"].strip() or answer["stdout"].strip() or "the host gave no reason"
            raise self._undecided(f"{otherwise}: {self._way_in_failure(said) or said[-600:]}", trial)
        return told

    def _lost(self, error: AnsibleConnectionFailure, trial: OpenTrial) -> AnsibleConnectionFailure:
        """The failure of a connection in the middle of an activation, or of its plan."""
        cause = self._way_in_failure(str(error)) or f"{error}; the connection was lost"
        if isinstance(error, NoAnswerError):
            self._let_go()
            cause = str(error)
        if self._task.check_mode:
            return AnsibleConnectionFailure(f"{cause}\n{UNBEGUN}\n{self._next(PLAN)}")
        return AnsibleConnectionFailure(f"{cause}\n{LOST}: {trial.rolls_back()}; {LOOK_THERE}\n{self._next(LOOK)}")

    def _undecided(self, what: str, trial: OpenTrial) -> AnsibleActionFail:
        """The failure of what is asked once a trial is open, and was not answered as it should be."""
        return AnsibleActionFail(f"{what}\n{UNDECIDED}; {trial.rolls_back()}; {LOOK_THERE}\n{self._next(LOOK)}")

    def _require_living_play(self) -> None:
        self._play.require_living("nothing is begun or confirmed; what began rolls back by itself")

    def _next(self, command: str) -> str:
        return failure.NEXT + command.format(host=self._host)


def _object(stdout: str) -> dict[str, Any] | None:
    """The last line as a JSON object; None when there is none, such as where a login shell has the last word."""
    try:
        told = json.loads(stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _again(result: dict[str, Any], command: str) -> str:
    """What to do after a refusal; with a time after which the same may be asked again, nothing has to be fixed."""
    wait = result.get("wait_seconds")
    if wait is None:
        return f"fix that, then run: {command}"
    if not wait:
        return f"there is nothing to fix; run again: {command}"
    clock = time.strftime("%H:%M:%S", time.localtime(time.time() + wait))
    return f"there is nothing to fix; wait until {clock} ({wait:.0f} s), then run: {command}"
