# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts said of their units and endpoints of themselves, as one report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from ..errors import InfraError
from .drift import FAILED, UNREACHABLE

HEALTHY = "healthy"
UNHEALTHY = "unhealthy"
SKIPPED = "skipped-shared-5xx"
NOT_ASKED = "not-asked"
#: Worst first: the order of a report. The first three are failures.
STATES = (UNREACHABLE, FAILED, UNHEALTHY, SKIPPED, NOT_ASKED, HEALTHY)
FAILURES = STATES[:3]


class UnitReport(TypedDict):
    """One unit of a host."""

    unit: str
    state: str
    url: str | None
    asked: str | None
    why: str | None
    note: str | None


class HostHealth(TypedDict):
    """One host. ``message`` says why it could not be asked."""

    host: str
    state: str
    generation: str | None
    message: str | None
    units: list[UnitReport]


class EndpointReport(TypedDict):
    """One endpoint of an asset, as the controller reaches it."""

    asset: str
    role: str
    is_shared: bool
    url: str | None
    status: int | None
    state: str
    why: str | None


class HealthReport(TypedDict):
    """Hosts and endpoints in order of urgency, then by name; ``counts`` are units, endpoints and silent hosts."""

    is_healthy: bool
    hosts: list[HostHealth]
    endpoints: list[EndpointReport]
    endpoints_message: str | None
    """Why no endpoint could be asked; None when they were, or were not to be."""
    counts: dict[str, int]


def health_report(answers: Mapping[str, Any], asked: Mapping[str, Any]) -> HealthReport:
    """The report of the results of ``host_health_info`` by host, and of the one of ``endpoint_health_info``.

    An empty ``asked``, or one that was skipped, says that endpoints were not to be asked. Raises InfraError when a
    result is none of these.
    """
    hosts = [_host(str(name), answer) for name, answer in answers.items()]
    hosts.sort(key=lambda one: (STATES.index(one["state"]), one["host"]))
    endpoints, message = _endpoints(asked)
    states = [unit["state"] for host in hosts for unit in host["units"]] + [one["state"] for one in endpoints]
    states += [host["state"] for host in hosts if host["state"] in (UNREACHABLE, FAILED)] + (
        [FAILED] if message else []
    )
    return HealthReport(
        is_healthy=not any(state in FAILURES for state in states),
        hosts=hosts,
        endpoints=endpoints,
        endpoints_message=message,
        counts={state: states.count(state) for state in STATES},
    )


def _host(name: str, answer: Any) -> HostHealth:
    if not isinstance(answer, Mapping):
        raise InfraError(f"{name}: is no result of host_health_info; give what a task registered")
    if answer.get("unreachable"):
        return _silent(name, UNREACHABLE, answer.get("msg"))
    if answer.get("failed") or "units" not in answer:
        return _silent(name, FAILED, answer.get("msg", "it gave no answer"))
    units = sorted((_unit(one) for one in answer["units"]), key=lambda one: (STATES.index(one["state"]), one["unit"]))
    state = UNHEALTHY if any(one["state"] in FAILURES for one in units) else HEALTHY
    return HostHealth(host=name, state=state, generation=str(answer["generation"]), message=None, units=units)


def _silent(name: str, state: str, message: Any) -> HostHealth:
    return HostHealth(host=name, state=state, generation=None, message=_text(message), units=[])


def _unit(one: Mapping[str, Any]) -> UnitReport:
    return UnitReport(
        unit=str(one["unit"]),
        state=_state(one),
        url=_text(one["url"]),
        asked=_text(one.get("asked")),
        why=_text(one["why"]),
        note=_text(one.get("note")),
    )


def _endpoints(asked: Any) -> tuple[list[EndpointReport], str | None]:
    if not isinstance(asked, Mapping):
        raise InfraError("endpoints: is no result of endpoint_health_info; give what a task registered")
    if "endpoints" not in asked:
        is_quiet = not asked or asked.get("skipped")
        return [], None if is_quiet else str(asked.get("msg", "the controller gave no answer"))
    found = [_endpoint(one) for one in asked["endpoints"]]
    return sorted(found, key=lambda one: (STATES.index(one["state"]), one["asset"])), None


def _endpoint(one: Mapping[str, Any]) -> EndpointReport:
    return EndpointReport(
        asset=str(one["asset"]),
        role=str(one["role"]),
        is_shared=bool(one["is_shared"]),
        url=_text(one["url"]),
        status=None if one["status"] is None else int(one["status"]),
        state=_state(one),
        why=_text(one["why"]),
    )


def _state(one: Mapping[str, Any]) -> str:
    state = str(one["state"])
    if state not in STATES:
        raise InfraError(f"{state}: is no state of health; give what a task registered")
    return state


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
