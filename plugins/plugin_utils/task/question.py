# SPDX-License-Identifier: GPL-3.0-or-later
"""A question to a host that changes nothing there, and whose answer is not waited for without end."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError

from .deadline import NoAnswerError, within
from .failure import NEXT, said_once
from .host_task import HostTask
from .keepalive import keep_alive
from .way_in_failure import words_in_place_of_an_answer

#: How long a host has for its answer. A call of systemd may take as long by itself.
ANSWER_SECONDS = 120
LOOK = "see whether the host runs and can be reached, then ask again"
#: The option of every such task.
OPTION = "answer_within_seconds"


class QuestionTask(HostTask):
    """What every task shares that asks a host."""

    def answer(
        self,
        module: str,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
        seconds: int,
        *,
        wrap_async: bool = False,
    ) -> dict[str, Any]:
        """What ``module`` says on the host, or ``failed`` with the reason in words.

        Where the wait may be long, over a connection of its own: a shared one that was opened before may not keep
        alive, and so would hide for all of it that the host is gone. Raises LostHostError when the host cannot be
        reached, or gives no answer in ``seconds``.
        """
        keeps_alive = keep_alive(self._connection)
        if keeps_alive and seconds > ANSWER_SECONDS:
            self._let_go()
        call = partial(self._execute_module, module, arguments, task_vars=task_vars, wrap_async=wrap_async)
        began = time.monotonic()
        with said_once(self, str(task_vars.get("inventory_hostname"))):
            try:
                result: dict[str, Any] = within(seconds, call)
            except AnsibleConnectionFailure as error:
                raise self._lost(error, time.monotonic() - began) from None
            except AnsibleError as error:
                return {"failed": True, "msg": self._way_in_failure(str(error)) or str(error)}
        said = words_in_place_of_an_answer(result)
        cause = self._way_in_failure(said) if said else None
        return {"failed": True, "msg": cause} if cause else result

    def _lost(self, error: AnsibleConnectionFailure, waited_seconds: float) -> AnsibleConnectionFailure:
        """What is said of a host that gives no answer: what failed, after how long, and what to do."""
        self._let_go()
        cause = self._way_in_failure(str(error)) or str(error)
        if isinstance(error, NoAnswerError):
            return AnsibleConnectionFailure(f"{cause}\n{NEXT}{LOOK}; where it only needs longer, set {OPTION}")
        return AnsibleConnectionFailure(f"{cause} (after {waited_seconds:.0f} s)\n{NEXT}{LOOK}")


class InfoTask(QuestionTask):
    """A module of the same name that takes no argument and says something about its host."""

    _supports_async = True
    MODULE: str

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask; a host that cannot be asked is unreachable."""
        super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(  # type: ignore[no-untyped-call]
            argument_spec={OPTION: {"type": "int", "default": ANSWER_SECONDS}}
        )
        is_async = bool(self._task.async_val) and not self._connection.has_native_async
        seconds = answer_seconds(options)
        return self.answer(self.MODULE, {}, task_vars or {}, seconds, wrap_async=is_async)


def answer_seconds(options: dict[str, Any]) -> int:
    """The option, judged. Raises AnsibleActionFail."""
    seconds: int = options[OPTION]
    if seconds < 1:
        raise AnsibleActionFail(f"{OPTION}: is {seconds}; give 1 second or more")
    return seconds
