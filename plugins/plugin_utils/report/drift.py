# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``host_generation_info`` said on each host, as one report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from ..errors import InfraError

IN_ORDER = "in order"
DRIFTED = "drifted"
UNREACHABLE = "unreachable"
FAILED = "failed"
#: Worst first: the order of a report.
STATES = (UNREACHABLE, FAILED, DRIFTED, IN_ORDER)


class FindingReport(TypedDict):
    """One thing that is not as the generation says."""

    kind: str
    subject: str
    expected: str | None
    found: str | None
    next: str | None
    """What somebody does about it; None when the next run of site does."""


class EventReport(TypedDict):
    """One line of a host's history."""

    time: str
    event: str
    generation: str | None
    owner: str | None
    why: str | None
    reason: str | None


class HostReport(TypedDict):
    """One host. ``message`` says why it could not be asked."""

    host: str
    state: str
    confirmed: str | None
    previous: str | None
    message: str | None
    findings: list[FindingReport]
    kept: list[str]
    history: list[EventReport]


class DriftReport(TypedDict):
    """Hosts in order of urgency, then by name."""

    hosts: list[HostReport]
    counts: dict[str, int]
    findings_count: int


def drift_report(answers: Mapping[str, Any]) -> DriftReport:
    """The report of task results by host name. A host that gave no answer counts as one with trouble.

    Raises InfraError when a result is none of ``host_generation_info``.
    """
    hosts = [_host(str(name), answer) for name, answer in answers.items()]
    hosts.sort(key=lambda one: (STATES.index(one["state"]), one["host"]))
    return DriftReport(
        hosts=hosts,
        counts={state: sum(one["state"] == state for one in hosts) for state in STATES},
        findings_count=sum(len(one["findings"]) for one in hosts),
    )


def _host(name: str, answer: Any) -> HostReport:
    state, message = _state(name, answer)
    is_told = state in (IN_ORDER, DRIFTED)
    told = answer if is_told else {}
    return HostReport(
        host=name,
        state=state,
        confirmed=_text(told.get("confirmed")),
        previous=_text(told.get("previous")),
        message=message,
        findings=[_finding(one) for one in told.get("findings", ())],
        kept=[str(path) for path in told.get("kept", ())],
        history=[_event(one) for one in told.get("history", ())],
    )


def _state(name: str, answer: Any) -> tuple[str, str | None]:
    if not isinstance(answer, Mapping):
        raise InfraError(f"{name}: is no result of host_generation_info; give what a task registered")
    if answer.get("unreachable"):
        return UNREACHABLE, _text(answer.get("msg"))
    if answer.get("failed") or "findings" not in answer:
        return FAILED, _text(answer.get("msg", "it gave no answer"))
    return (DRIFTED if answer["findings"] else IN_ORDER), None


def _finding(one: Mapping[str, Any]) -> FindingReport:
    expected, found = _text(one["expected"]), _text(one["found"])
    subject = str(one["subject"])
    return FindingReport(
        kind=str(one["kind"]), subject=subject, expected=expected, found=found, next=_text(one.get("next"))
    )


def _event(one: Mapping[str, Any]) -> EventReport:
    return EventReport(
        time=str(one.get("time", "")),
        event=str(one["event"]),
        generation=_text(one.get("generation")),
        owner=_text(one.get("owner")),
        why=_text(one.get("why")),
        reason=_text(one.get("reason")),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
