# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run did to each host and cluster, or would do: task results as one report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from ..errors import InfraError
from .drift import FAILED, IN_ORDER, UNREACHABLE

#: The host is not whole: the old generation failed as well.
BROKEN = "not whole"
ROLLED_BACK = "rolled back"
NOT_REACHED = "not reached"
CHANGED = "changed"
#: Best first: what needs a look stands at the end, where a terminal shows it.
STATES = (IN_ORDER, CHANGED, NOT_REACHED, FAILED, UNREACHABLE, ROLLED_BACK, BROKEN)
FAILURES = (FAILED, UNREACHABLE, ROLLED_BACK, BROKEN)
_ENDS = {"rolled-back": ROLLED_BACK, "rollback-failed": BROKEN}
MESSAGE_CHARACTERS = 400
#: The stage in the first words of a host, which the state says already.
_STAGE = re.compile(rf"^(generation \S+) (?:{'|'.join(_ENDS)}):")


class Outcome(TypedDict):
    """One host or cluster. ``what`` says in a line what happened to it."""

    name: str
    state: str
    what: str


class OutcomeReport(TypedDict):
    """Hosts, then clusters, each in the order of ``STATES`` and by name; ``counts`` holds states that there are."""

    is_whole: bool
    """Nothing failed."""
    hosts: list[Outcome]
    clusters: list[Outcome]
    counts: dict[str, int]


def outcome_report(
    hosts: Mapping[str, Any], clusters: Mapping[str, Any], deliveries: Mapping[str, Any], *, is_plan: bool
) -> OutcomeReport:
    """The report of results of ``host_generation``, ``kubernetes_tree`` and ``release``, each by host.

    An empty result says that the task did not run there. Raises InfraError when one is no result at all.
    """
    would = "would go " if is_plan else ""
    ended = [_host(str(name), answer, deliveries.get(name, {}), would) for name, answer in hosts.items()]
    written = [_cluster(str(name), answer) for name, answer in clusters.items()]
    states = [one["state"] for one in (*ended, *written)]
    return OutcomeReport(
        is_whole=not any(state in FAILURES for state in states),
        hosts=sorted(ended, key=_rank),
        clusters=sorted(written, key=_rank),
        counts={state: states.count(state) for state in STATES if state in states},
    )


def _rank(one: Outcome) -> tuple[int, str]:
    return STATES.index(one["state"]), one["name"]


def _host(name: str, answer: Any, delivery: Any, would: str) -> Outcome:
    failure = _failure(name, delivery) or _failure(name, answer)
    if failure:
        return failure
    if "generation" not in answer:
        return Outcome(name=name, state=NOT_REACHED, what=_delivered(delivery))
    if not answer["changed"]:
        return Outcome(name=name, state=IN_ORDER, what=f"in order on generation {answer['generation']}")
    return Outcome(name=name, state=CHANGED, what=would + _moved(answer))


def _delivered(delivery: Mapping[str, Any]) -> str:
    return "releases delivered, not switched" if delivery.get("changed") else NOT_REACHED


def _moved(answer: Mapping[str, Any]) -> str:
    units = answer["units"]
    others = sum(len(units[kind]) for kind in ("changed", "reloaded", "rewritten"))
    counts = f"units +{len(units['added'])} ~{others} -{len(units['removed'])}"
    return f"{answer['previous'] or 'nothing'} -> {answer['generation']}, {counts}, repairs {len(answer['repairs'])}"


def _cluster(name: str, answer: Any) -> Outcome:
    failure = _failure(name, answer)
    if failure:
        return failure
    if "counts" not in answer:
        return Outcome(name=name, state=NOT_REACHED, what=NOT_REACHED)
    if not answer["changed"]:
        return Outcome(name=name, state=IN_ORDER, what="in order")
    counts = answer["counts"]
    what = f"files written {counts['written']}, pruned {counts['pruned']}, unchanged {counts['unchanged']}"
    return Outcome(name=name, state=CHANGED, what=what)


def _failure(name: str, answer: Any) -> Outcome | None:
    """None when it did not fail."""
    if not isinstance(answer, Mapping):
        raise InfraError(f"{name}: is no result of a task; give what a task registered")
    if not answer.get("failed") and not answer.get("unreachable"):
        return None
    state = UNREACHABLE if answer.get("unreachable") else _ENDS.get(str(answer.get("stage")), FAILED)
    return Outcome(name=name, state=state, what=f"{state}: {_message(answer)}")


def _message(answer: Mapping[str, Any]) -> str:
    """In one line; of a loop, what the first item that failed said."""
    items = [one for one in answer.get("results", ()) if one.get("failed") or one.get("unreachable")]
    words = str((items[0] if items else answer).get("msg", "it gave no reason"))
    return _STAGE.sub(r"\1:", " ".join(words.split()))[:MESSAGE_CHARACTERS]
