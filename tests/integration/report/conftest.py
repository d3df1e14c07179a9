# SPDX-License-Identifier: GPL-3.0-or-later
"""The report that Chromium looks at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.filter.drift_report import drift_page

LONGEST = "a" + "b-c" * 20 + "dd"


def answer(number: int) -> dict[str, Any]:
    """What a host says; every third has drifted, and one of its texts has no place to break."""
    findings = [
        {"kind": "property", "subject": "worker.service ProtectSystem", "expected": "strict", "found": "no"},
        {"kind": "config-file", "subject": "/etc/" + "x" * 300, "expected": "sha256 0123456789abcdef", "found": None},
        {"kind": "unknown-unit", "subject": "fractalops-hand.service", "expected": None, "found": "active"},
    ]
    event = {"time": "2026-11-21T03:10:44Z", "event": "confirmed", "generation": "3f1c9a0be2d45577", "owner": "o" * 120}
    return {
        "confirmed": "3f1c9a0be2d45577",
        "previous": "91be07cc2fd3a410",
        "findings": [] if number % 3 else findings,
        "kept": ["/etc/systemd/system/worker.service.d/mine.conf"],
        "history": [{**event, "why": "answers are slow"}] * 3,
    }


@pytest.fixture(name="page", scope="session")
def _page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty hosts, one unreachable, one with the longest name there can be."""
    answers = {f"worker-{number}": answer(number) for number in range(28)}
    answers |= {"gone-1": {"unreachable": True, "msg": "ssh: connect to host " + "y" * 200}, LONGEST: answer(0)}
    page = tmp_path_factory.mktemp("report") / "drift.html"
    page.write_text(drift_page(answers, "Drift of lab", "2026-11-21 07:00 UTC"), encoding="utf-8")
    return page
