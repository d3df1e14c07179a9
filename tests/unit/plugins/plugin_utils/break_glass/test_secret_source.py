# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle is for an OpenBao that is down, not for one that says no."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.secret_source import is_down
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import failure

SERVER = "https://bao.example:8200"
DOWN = [
    failure.UnreachableError("connection refused"),
    failure.DeadlineError("30 s"),
    failure.SealedError(SERVER),
    failure.StandbyError(SERVER),
    failure.FaultyServerError(SERVER, 500),
    failure.BusyError(SERVER),
]
THERE = [
    failure.PolicyDeniedError("bao://secret/a#b", "read", "secret/data/a"),
    failure.UntrustedServerError("its TLS identity cannot be proven"),
    failure.RedirectedError(SERVER, 307),
    failure.CredentialsFileError("/file: mode 0644"),
    InfraError("anything else"),
]


@pytest.mark.parametrize("error", DOWN, ids=lambda error: type(error).__name__)
def test_nobody_there_or_nobody_served(error: InfraError) -> None:
    assert is_down(error)
    assert is_down(failure.UnresolvedRefsError([error], unread=2))


@pytest.mark.parametrize("error", THERE, ids=lambda error: type(error).__name__)
def test_a_refusal_opens_no_bundle(error: InfraError) -> None:
    assert not is_down(error)
    assert not is_down(failure.UnresolvedRefsError([error]))
    assert not is_down(failure.UnresolvedRefsError([failure.SealedError(SERVER), error]))
