# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that storage may meet differently, on a server in memory and on one with raft.

| Row | Test |
|---|---|
| 40 | test_a_server_killed_in_the_middle_of_a_batch_gives_nothing |
| 40 | test_a_killed_server_is_down_and_serves_again_after_its_restart |
| 41 | test_a_sealed_server_says_so_and_works_again_unsealed |
| 41 | test_a_server_sealed_in_the_middle_of_a_batch_gives_nothing |
| 43 | test_a_frozen_server_is_left_at_the_deadline |

Row 42 is a play of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import UnresolvedRefsError
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import seed
from ansible_collections.fractalops.infra.tests.integration.openbao.proxy import Proxy
from ansible_collections.fractalops.infra.tests.integration.openbao.raft_server import RaftServer
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
MANY = [f"bao://secret/runtime/many/{number}#key" for number in range(40)]


@pytest.fixture(scope="module", params=[Server, RaftServer], ids=["inmem", "raft"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one: Server = request.param(tmp_path_factory.mktemp("openbao"))
    seed(one)
    for number in range(40):
        one.write(f"runtime/many/{number}", {"key": f"canary-8f14e45f-{number}"})
    yield one
    one.stop()


def _words(openbao: OpenBao) -> str:
    with pytest.raises(UnresolvedRefsError) as failure:
        resolve(openbao, MANY)
    assert "canary" not in str(failure.value)
    return str(failure.value)


def test_a_sealed_server_says_so_and_works_again_unsealed(server: Server, client: Connect) -> None:
    openbao = client()
    assert resolve(openbao, MANY).reads == 40
    server.seal()
    words = _words(openbao)
    assert "OpenBao is sealed; unseal it" in words
    assert "39 more secret(s) were not read" in words
    server.unseal()
    assert resolve(client(deadline_seconds=30), MANY).reads == 40


def test_a_server_sealed_in_the_middle_of_a_batch_gives_nothing(server: Server, client: Connect) -> None:
    with Proxy(server, before={20: server.seal}) as proxy:
        words = _words(client(address=proxy.address))
    assert "OpenBao is sealed; unseal it" in words
    assert "more secret(s) were not read" in words
    server.unseal()
    assert resolve(client(deadline_seconds=30), MANY).reads == 40


def test_a_frozen_server_is_left_at_the_deadline(server: Server, client: Connect) -> None:
    server.pause()
    try:
        assert "no complete answer within 0.5 s" in _words(client(deadline_seconds=0.5))
    finally:
        server.resume()
    assert resolve(client(deadline_seconds=30), MANY).reads == 40


def test_a_server_killed_in_the_middle_of_a_batch_gives_nothing(server: Server, client: Connect) -> None:
    with Proxy(server, before={20: server.stop}) as proxy:
        words = _words(client(address=proxy.address, deadline_seconds=2))
    assert "cannot be reached (connection closed without an answer)" in words
    assert "more secret(s) were not read" in words


def test_a_killed_server_is_down_and_serves_again_after_its_restart(server: Server, client: Connect) -> None:
    """The last one: what was in memory is gone."""
    words = _words(client(deadline_seconds=2))
    assert "cannot be reached (connection refused)" in words
    server.start()
    if isinstance(server, RaftServer):
        assert "OpenBao is sealed; unseal it" in _words(client())
        server.unseal()
        assert resolve(client(deadline_seconds=30), MANY).reads == 40
    else:
        assert "is invalid or expired" in _words(client())
