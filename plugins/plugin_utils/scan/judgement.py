# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings and waivers → what is open, what is waived, which waivers are of no use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .waiver import Waiver

WAIVER_EXPIRED = "waiver-expired"
WAIVER_UNUSED = "waiver-unused"
#: ``path``, ``line`` and ``rule`` at least, ``column`` when the scan knows it; a line of 0 is the file as a whole.
Finding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``findings`` are open, those about waivers last; ``waived`` say by which reason and until when."""

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]


def judge(findings: Iterable[Finding], waivers: Sequence[Waiver], host: str, today: dt.date) -> Judgement:
    """Waivers of other hosts are not looked at; one that is expired or covers nothing is a finding itself."""
    own = [waiver for waiver in waivers if waiver.is_for(host)]
    holding = [waiver for waiver in own if not waiver.is_expired(today)]
    opened: list[Finding] = []
    waived: list[Finding] = []
    used: set[Waiver] = set()
    for finding in findings:
        covering = [waiver for waiver in holding if waiver.covers(finding["path"], finding["rule"])]
        used.update(covering)
        if covering:
            waived.append({**finding, "reason": covering[0].reason, "expires": covering[0].expires.isoformat()})
        else:
            opened.append(finding)
    return Judgement((*opened, *_about(own, holding, used)), tuple(waived))


def _about(own: Sequence[Waiver], holding: Sequence[Waiver], used: set[Waiver]) -> Iterator[Finding]:
    for waiver in own:
        origin = waiver.origin
        place = {"path": origin.file, "line": origin.line, "column": origin.column}
        if waiver not in holding:
            yield {**place, "rule": WAIVER_EXPIRED}
        elif waiver not in used:
            yield {**place, "rule": WAIVER_UNUSED}
