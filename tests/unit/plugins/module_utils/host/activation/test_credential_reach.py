# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that read credentials their systemd does not give them are refused before anything is changed."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import credential_reach
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd

from ..samples import a_generation, a_unit

KEY = {"key": "bao://secret/a#b@1"}


def refused(monkeypatch: pytest.MonkeyPatch, version: int, *lines: str, has_credentials: bool = True) -> str:
    """What is said against a unit with these lines, by a host with this systemd; nothing when it may run."""
    monkeypatch.setattr(systemd, "systemctl", lambda *_words: f"systemd {version} ({version}.1-1)\n+PAM\n")
    text = "\n".join(["[Service]", "ExecStart=/bin/true %d/key", *lines, ""])
    unit = a_unit(text=text, credentials=KEY if has_credentials else {})
    try:
        credential_reach.check(a_generation(x=unit))
    except HostError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("line", "since"),
    [
        ("ExecStartPost=/bin/notify %d/key", 254),
        ("ExecStartPost=/bin/sh -c 'cat $CREDENTIALS_DIRECTORY/key'", 254),
        ("ExecReload=/bin/again ${CREDENTIALS_DIRECTORY}/key", 257),
    ],
)
def test_a_command_is_refused_by_a_systemd_that_is_too_old(
    monkeypatch: pytest.MonkeyPatch, line: str, since: int
) -> None:
    directive = line.partition("=")[0]
    said = refused(monkeypatch, since - 1, line)
    assert said.startswith(f"x.service {directive} (since {since}): systemd {since - 1} gives no credentials")
    assert refused(monkeypatch, since, line) == ""


@pytest.mark.parametrize(
    "line", ["ExecStartPre=/bin/a %d/key", "ExecReload=/bin/kill -HUP $MAINPID", "Environment=A=%d/key"]
)
def test_what_reads_none_or_is_given_them_may_run(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    assert refused(monkeypatch, 252, line) == ""


def test_a_unit_without_credentials_may_name_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(monkeypatch, 252, "ExecReload=/bin/a %d", has_credentials=False) == ""
