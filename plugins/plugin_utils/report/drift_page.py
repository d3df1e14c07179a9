# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page; every text of a host is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from .drift import DRIFTED, IN_ORDER, STATES, DriftReport, EventReport, FindingReport, HostReport
from .html_page import html_page

_STYLE = Path(__file__).with_name("drift_page.css")
_NOTHING = '<span class="nothing">nothing</span>'
#: Of a host's history, the newest.
_EVENTS = 8


def drift_page(report: DriftReport, title: str, at: str) -> str:
    """The whole page; ``at`` says when the hosts were asked."""
    return html_page(title, _STYLE.read_text(encoding="utf-8"), _body(report, title, at))


def _body(report: DriftReport, title: str, at: str) -> Iterator[str]:
    yield f"<header><h1>{escape(title)}</h1><p>{escape(_summary(report))}. Asked {escape(at)}.</p>"
    yield f'<ul class="counts">{"".join(_count(state, report) for state in STATES)}</ul></header>'
    yield "<main>"
    yield from (line for host in report["hosts"] for line in _host(host))
    yield "</main>"


def _summary(report: DriftReport) -> str:
    hosts = len(report["hosts"])
    in_order = report["counts"][IN_ORDER]
    if in_order == hosts:
        return f"All {hosts} hosts are as their confirmed generations say" if hosts != 1 else "The host is in order"
    return f"{hosts - in_order} of {hosts} hosts need a look, {report['findings_count']} findings"


def _count(state: str, report: DriftReport) -> str:
    return f'<li class="{_css(state)}"><b>{report["counts"][state]}</b> {state}</li>'


def _css(state: str) -> str:
    return state.replace(" ", "-")


def _host(host: HostReport) -> Iterator[str]:
    name = escape(host["host"])
    yield f'<section class="{_css(host["state"])}" id="host-{name}">'
    yield f'<h2><a href="#host-{name}">{name}</a> <span class="state">{host["state"]}</span></h2>'
    yield f"<p>{_where(host)}</p>"
    if host["message"]:
        yield f'<p class="message">{escape(host["message"])}</p>'
    if host["findings"]:
        yield _table(("What", "Where", "Expected", "Found", "Next"), map(_finding_cells, host["findings"]))
    if host["state"] == DRIFTED:
        yield f"<p>Repair it: <code>ansible-playbook fractalops.infra.site --tags hosts --limit {name}</code></p>"
    if host["kept"]:
        yield f"<p>Drop-ins of administrators, kept: {', '.join(_code(path) for path in host['kept'])}</p>"
    if host["history"]:
        yield f"<details><summary>What happened before: {_newest(host)}</summary>"
        newest_first = reversed(host["history"][-_EVENTS:])
        yield _table(("When", "What", "Generation", "Who", "Why"), map(_event_cells, newest_first))
        yield "</details>"
    yield "</section>"


def _where(host: HostReport) -> str:
    if host["confirmed"] is None:
        return "Its generation is not known."
    before = f", before {_code(host['previous'])}" if host["previous"] else ""
    return f"Generation {_code(host['confirmed'])}{before}"


def _newest(host: HostReport) -> str:
    newest = host["history"][-1]
    return escape(f"{newest['event']} {newest['time']}")


def _finding_cells(finding: FindingReport) -> tuple[str, ...]:
    told = (_NOTHING if text is None else _code(text) for text in (finding["expected"], finding["found"]))
    return (escape(finding["kind"]), _code(finding["subject"]), *told, escape(finding["next"] or "site"))


def _event_cells(event: EventReport) -> tuple[str, ...]:
    why = "; ".join(filter(None, (event["why"], event["reason"])))
    return tuple(
        escape(text or "") for text in (event["time"], event["event"], event["generation"], event["owner"], why)
    )


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _table(labels: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{label}</th>' for label in labels)
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(_row(labels, cells) for cells in rows)}</tbody></table>"
    )


def _row(labels: tuple[str, ...], cells: tuple[str, ...]) -> str:
    told = "".join(f'<td data-label="{label}">{cell}</td>' for label, cell in zip(labels, cells, strict=True))
    return f"<tr>{told}</tr>"
