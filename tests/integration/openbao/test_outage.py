# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is sealed, frozen or gone, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import UnresolvedRefsError
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
REFS = [f"bao://secret/runtime/postgres#{key}" for key in ("password", "password@1", "username")]


def _words(openbao: OpenBao) -> str:
    with pytest.raises(UnresolvedRefsError) as failure:
        resolve(openbao, REFS)
    return str(failure.value)


def test_a_sealed_server_says_so_and_works_again_unsealed(server: Server, client: Connect) -> None:
    openbao = client()
    assert resolve(openbao, REFS).reads == 2
    server.seal()
    words = _words(openbao)
    assert "OpenBao is sealed; unseal it" in words
    assert "1 more secret(s) were not read" in words
    server.unseal()
    assert resolve(client(), REFS).reads == 2


def test_a_frozen_server_is_left_at_the_deadline(server: Server, client: Connect) -> None:
    server.pause()
    assert "no complete answer within 0.5 s" in _words(client(deadline_seconds=0.5))


def test_a_server_that_is_gone_cannot_be_reached(server: Server, client: Connect) -> None:
    server.stop()
    words = _words(client(deadline_seconds=2))
    assert "cannot be reached" in words
    assert "connection refused" in words
