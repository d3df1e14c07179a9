# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof that units work: they are asked for their health until they answer, then stay up through the soak."""

from __future__ import annotations

import time

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..systemd import exit_status, systemd
from ..transaction.progress import Progress
from ..transaction.transaction import monotonic
from .check import Check, LastRunCheck, WaitedCheck, checks, waited_for
from .probe import RUN, last_run, probe

_LIFE = ("ActiveState", "SubState", "InvocationID", "NRestarts", "Result", "ExecMainStatus", "MainPID")
POLL_SECONDS = 0.1
#: Whoever watches hears how long it still takes, once in so many seconds.
PACE_SECONDS = 5.0
#: For a whole answer, however slowly it drips.
ANSWER_SECONDS = 3.0
#: Asked at a time: one that hangs holds up no other.
PARALLEL = 32


def wait_until_healthy(layout: Layout, generation: Generation, progress: Progress) -> None:
    """Return when every running unit is healthy and stayed up for the soak; else raise HostError with all reasons."""
    born, since = lives(generation), monotonic()
    found = checks(layout, generation)
    asked = waited_for(found, generation)
    progress.say("asking for the health of " + (", ".join(asked) or "no unit"))
    reasons = _unanswered(generation, asked, born, progress) or _died(generation, born, progress)
    reasons += _failed_jobs(found, since)
    if reasons:
        first = min(reasons).split()[0].rstrip(":")
        raise HostError("health", "; ".join(sorted(reasons)), f"more in journalctl -u {first}")


def _failed_jobs(found: dict[str, Check], since: float) -> list[str]:
    """Jobs that were started meanwhile and failed; how they ended before is no matter of this generation."""
    jobs = [name for name, check in found.items() if isinstance(check, LastRunCheck)]
    shown = systemd.show(jobs, RUN) if jobs else {}
    answers = {name: last_run(shown[name], since) for name in jobs}
    return [f"{name}: its run {answer}" for name, answer in answers.items() if answer]


def _died(generation: Generation, born: dict[str, systemd.Properties], progress: Progress) -> list[str]:
    """Units that did not stay up through the soak."""
    progress.say(f"watching for {generation.soak_seconds} s whether every unit stays up")
    until = monotonic() + generation.soak_seconds
    say_at = monotonic() + PACE_SECONDS
    while True:
        reasons = deaths(born, lives(generation))
        left = until - monotonic()
        if reasons or left <= 0:
            return reasons
        if monotonic() >= say_at:
            progress.say(f"soaking, {left:.0f} s left")
            say_at = monotonic() + PACE_SECONDS
        time.sleep(min(POLL_SECONDS, left))


def lives(generation: Generation) -> dict[str, systemd.Properties]:
    """How each running unit lives, by unit."""
    return systemd.show([name for name, unit in generation.live.items() if unit.runs], _LIFE)


def deaths(born: dict[str, systemd.Properties], now: dict[str, systemd.Properties]) -> list[str]:
    """Units that are not the process they were: ``systemctl start`` says nothing of a death 0.3 s later."""
    reasons = []
    for name, life in now.items():
        if life["ActiveState"] != "active" or life["SubState"] in ("auto-restart", "dead"):
            ends = ", " + exit_status.told(life["ExecMainStatus"]) if "ExecMainStatus" in life else ""
            reasons.append("{} is {} ({}{})".format(name, life["SubState"], life.get("Result", "no result"), ends))
        elif any(life.get(key) != born[name].get(key) for key in ("InvocationID", "NRestarts")):
            reasons.append(f"{name} was restarted by systemd during the soak")
    return reasons


def _unanswered(
    generation: Generation, asked: dict[str, WaitedCheck], born: dict[str, systemd.Properties], progress: Progress
) -> list[str]:
    """Why some unit is not healthy in its own time; a unit that died meanwhile ends the wait for all."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # most runs have nothing to do, and ask nobody

    started = monotonic()
    say_at = started + PACE_SECONDS
    waiting = dict(asked)

    def answer(name: str) -> str | None:
        return probe(name, waiting[name], min(ANSWER_SECONDS, started + waiting[name].within_seconds - monotonic()))

    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        while waiting:
            answers = dict(zip(waiting, pool.map(answer, waiting)))
            late = [
                f"{name}: {waiting[name].where} {answer} after {waiting[name].within_seconds} s"
                for name, answer in answers.items()
                if answer and monotonic() - started >= waiting[name].within_seconds
            ]
            reasons = late + (deaths(born, lives(generation)) if any(answers.values()) else [])
            if reasons:
                return reasons
            waiting = {name: waiting[name] for name, answer in answers.items() if answer}
            if waiting and monotonic() >= say_at:
                progress.say("waiting for " + ", ".join(f"{name}: {answers[name]}" for name in waiting))
                say_at = monotonic() + PACE_SECONDS
            time.sleep(POLL_SECONDS if waiting else 0.0)
    return []
