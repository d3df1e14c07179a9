# SPDX-License-Identifier: GPL-3.0-or-later
"""What drift, plan and site say of one host, before a run of site and after it, and whether they agree.

What drift finds and leaves to site is what plan shows and site mends. Every other finding says what somebody does.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from ansible_collections.fractalops.infra.tests.integration.host import by_hand
from ansible_collections.fractalops.infra.tests.lab import site

Answer = dict[str, Any]
_TOLD = ("failed", "changed", "msg", "units", "repairs", "warnings")
_ON_THE_HOST = " on the host"
#: As ``deploy`` does it: the lab keeps its releases at hand.
_DELIVER = f"rm -rf /opt/fractalops/releases/{site.GOOD_RELEASE}; cp -a /root/releases /opt/fractalops/"
_REFUSAL = re.compile(r"(\S+): is a link to \S+; (it is [^;]* then run site);")


def complaints(said: Answer) -> Iterator[str]:
    """Where they do not agree."""
    drift, plan, done = said["drift_before"], said["plan_before"], said["site_before"]
    if drift.get("failed"):
        yield f"drift fails: {drift['msg']}"
    elif plan.get("failed") or done.get("failed"):
        yield from _of_refusal(drift, plan, done)
    else:
        if not bool(left_to_site(drift)) == plan["changed"] == done["changed"]:
            yield f"drift leaves to site {left_to_site(drift)}, plan has {told(plan)}, site {told(done)}"
        yield from _noises(said)


def _of_refusal(drift: Answer, plan: Answer, done: Answer) -> Iterator[str]:
    """A trial may fail that plan cannot foresee, but nothing that plan refuses is done."""
    if not done.get("failed"):
        yield f"plan fails ({plan['msg']}), site does not"
    elif not left_to_others(drift):
        yield f"site fails ({done['msg']}), and drift leaves nothing to others"
    if not plan.get("failed") and bool(left_to_site(drift)) != plan["changed"]:
        yield f"drift leaves to site {left_to_site(drift)}, plan has {told(plan)}"


def _noises(said: Answer) -> Iterator[str]:
    """After a run that ended well nothing is left for the next."""
    if left_to_site(said["drift_after"]):
        yield f"after site drift leaves to it {left_to_site(said['drift_after'])}"
    for name in ("plan", "site"):
        answer = said[f"{name}_after"]
        if answer.get("failed") or answer["changed"]:
            yield f"after site {name} has {told(answer)}"


def is_silent(said: Answer) -> bool:
    """Nobody has anything to say any more."""
    ended = (said["plan_after"], said["site_after"])
    return not said["drift_after"].get("findings", True) and not any(
        one.get("failed") or one["changed"] for one in ended
    )


def summary(said: Answer) -> str:
    """In a few words."""
    drift, done = said["drift_before"], said["site_before"]
    ended = "refused" if done.get("failed") else ("mended" if done["changed"] else "silent")
    return f"{len(left_to_site(drift))} for site, {len(left_to_others(drift))} for others, {ended}"


def told(answer: Answer) -> str:
    """What a plan or a run has to say for itself."""
    return str({key: answer[key] for key in _TOLD if answer.get(key)})


def left_to_site(drift: Answer) -> list[str]:
    """Findings that the next run of site mends, in words."""
    return [in_words(one) for one in drift.get("findings", []) if one["next"] is None]


def left_to_others(drift: Answer) -> list[Answer]:
    """Findings that say what somebody does."""
    return [one for one in drift.get("findings", []) if one["next"] is not None]


def in_words(finding: Answer) -> str:
    """On one line."""
    return "{kind} {subject}: {found} -> {next}".format(**finding)


def left(said: Answer) -> str:
    """What drift and site have to say at the end."""
    return f"{[in_words(one) for one in said['drift_after'].get('findings', [])]}, {told(said['site_after'])}"


def followed(said: Answer) -> list[str]:
    """As shell, what somebody does who was told this at the end: by drift, and by site of a link that it refuses."""
    refused = _REFUSAL.match(said["site_after"].get("msg", ""))
    steps = [_step(one["next"], one["subject"].split(" ")[0]) for one in left_to_others(said["drift_after"])]
    return list(dict.fromkeys([*steps, *([_step(refused[2], refused[1])] if refused else [])]))


def _step(words: str, subject: str) -> str:
    """``words`` are what a finding about ``subject`` says is next; what cannot be done fails."""
    if words.startswith("install it, or "):
        return by_hand.FOREIGN
    if words.startswith("deliver it: ") or words.endswith("put a directory there"):
        return _DELIVER
    if words.startswith(("who put it there decides: remove it", "it is not ours: remove it")):
        return _removed(subject)
    command, on_the_host, _rest = words.removeprefix("it is masked: ").partition(_ON_THE_HOST)
    assert on_the_host, f"nobody can do this: {subject}: {words}"
    return command


def _removed(subject: str) -> str:
    """A file, or a unit that is nowhere on disk."""
    gone = f"rm -rf {shlex.quote(subject)}" if subject.startswith("/") else f"systemctl stop {subject}"
    return f"{gone}; systemctl daemon-reload"
