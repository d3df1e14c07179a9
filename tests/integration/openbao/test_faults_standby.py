# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real nodes on raft, of which the active one dies.

| Row | Test |
|---|---|
| 40 | test_a_standby_serves_everything_while_there_is_an_active_server |
| 40 | test_a_standby_that_cannot_forward_says_so |

On 2.7.2 a standby answers what it can itself and forwards the rest, logins and writes among it; when it cannot forward,
it redirects (307) to the address of the dead one, which nobody should follow with a credential in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import StandbyError
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import failures, seed
from ansible_collections.fractalops.infra.tests.integration.openbao.raft_server import RaftServer

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"
POLICY = 'path "secret/data/runtime/*" { capabilities = ["read", "update"] }'
LOGIN = {"method": "approle", "session": "login"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RaftServer]:
    """The active node."""
    one = RaftServer(tmp_path_factory.mktemp("active"))
    seed(one)
    yield one
    one.stop()


@pytest.fixture(scope="module")
def credentials(server: RaftServer) -> str:
    return server.approle("controller", POLICY, token_no_default_policy=False)


@pytest.fixture(scope="module")
def standby(server: RaftServer, credentials: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RaftServer]:
    one = RaftServer(tmp_path_factory.mktemp("standby"), server)
    yield one
    one.stop()


@pytest.fixture
def there(standby: RaftServer) -> dict[str, Any]:
    """Connection settings that lead to the standby."""
    return {"address": standby.address, "ca_file": str(standby.ca)}


def test_a_standby_serves_everything_while_there_is_an_active_server(client: Connect, there: dict[str, Any]) -> None:
    assert resolve(client(**there), [POSTGRES]).reads == 1
    with client(auth=LOGIN, **there) as openbao:
        assert resolve(openbao, [POSTGRES]).reads == 1
        openbao.write("secret", "runtime/postgres", {"password": Secret("new")}, cas=2)


def test_a_standby_that_cannot_forward_says_so(server: RaftServer, client: Connect, there: dict[str, Any]) -> None:
    server.stop()
    kinds, words = failures(client(auth=LOGIN, deadline_seconds=30, **there), POSTGRES)
    assert kinds == (StandbyError,)
    assert "is a standby that cannot forward logins and writes" in words
    with pytest.raises(StandbyError):
        client(**there).write("secret", "runtime/postgres", {"password": Secret("new")}, cas=3)
