# SPDX-License-Identifier: GPL-3.0-or-later
"""What is quoted of units when a trial fails."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.activation import (
    TOLD_LINES,
    journal_tail,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore

from ..fake_systemd import FakeSystemd
from ..samples import a_generation, a_transaction, a_unit

REF = "bao://secret/x#password@1"
SECRET = "correct-horse-battery-staple"
GENERATION = a_generation(api=a_unit(credentials={"password": REF}), my_api=a_unit(), other=a_unit())


@pytest.fixture
def talkative(fake: FakeSystemd, monkeypatch: pytest.MonkeyPatch) -> FakeSystemd:
    """A host whose units all said a lot, a secret at the end of it."""

    def journalctl(words: list[str]) -> str:
        unit = words[-1].partition("=")[2]
        lines = [*(f"{unit} line {number}" for number in range(40)), f"{unit} was given {SECRET}"]
        return "\n".join(json.dumps({"MESSAGE": line, "_SYSTEMD_INVOCATION_ID": "new"}) for line in reversed(lines))

    monkeypatch.setattr(fake, "_journalctl___no_pager", journalctl, raising=False)
    return fake


def quoted(tmp_path: Path, error: HostError) -> list[str]:
    layout = Layout(tmp_path)
    GenerationStore(layout).stage(GENERATION, {REF: SECRET})
    transaction = dataclasses.replace(a_transaction(), new=GENERATION.id, old=None)
    return journal_tail(layout, transaction, GENERATION, error, set()).splitlines()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("api.service is failed", ["api.service"]),
        ("my-api.service is failed", ["my-api.service"]),
        ("Job for api.service failed; my-api.service is dead", ["api.service", "my-api.service"]),
        ("/etc/systemd/system/other.service: is odd", ["other.service"]),
        ("api.service.d/x.conf is odd", ["api.service"]),
        ("api.services are failed", []),
        ("no unit at all", []),
    ],
)
@pytest.mark.usefixtures("talkative")
def test_units_are_quoted_that_the_error_names_and_no_others(tmp_path: Path, words: str, named: list[str]) -> None:
    lines = quoted(tmp_path, HostError("health", words, "look"))
    assert [line for line in lines if not line.startswith("  ")] == [f"{name} said last:" for name in named]
    assert len(lines) == len(named) + (TOLD_LINES if named else 0)


@pytest.mark.usefixtures("talkative")
def test_a_secret_in_the_words_of_a_unit_is_not_quoted(tmp_path: Path) -> None:
    lines = quoted(tmp_path, HostError("health", "api.service is failed", "look"))
    assert lines[-1] == "  api.service was given ***"
