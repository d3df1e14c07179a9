# SPDX-License-Identifier: GPL-3.0-or-later
"""A real server per module, seeded, and ways to connect to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, connect, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import UnresolvedRefsError
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

CANARY = "canary-8f14e45f {{ 1 + 1 }}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("openbao"))
    seed(one)
    yield one
    one.stop()


def seed(server: Server) -> None:
    """An AppRole mount and a few secrets."""
    server.call("POST", "sys/auth/approle", {"type": "approle"})
    server.write("runtime/postgres", {"username": "old", "password": "old"})
    server.write("runtime/postgres", {"username": "fractalops", "password": CANARY})
    server.write("runtime/odd", {"empty": "", "port": 5432, "object": {"canary-8f14e45f": 1}})
    server.write("private/other", {"password": CANARY})


@pytest.fixture(scope="module")
def credentials(server: Server) -> str:
    """The credentials file of a role with the usual narrow policy."""
    return server.approle("controller")


def settings(server: Server, **other: Any) -> dict[str, Any]:
    """The ``openbao`` section of a topology for this server."""
    auth = {"method": "approle", "path": "approle"}
    return {"address": server.address, "mount": "secret", "ca_file": str(server.ca), "auth": auth, **other}


Connect = Callable[..., OpenBao]


def failures(openbao: OpenBao, *refs: str) -> tuple[tuple[type[Exception], ...], str]:
    """Kinds and words of what goes wrong with these refs; never a value."""
    with pytest.raises(UnresolvedRefsError) as failure:
        resolve(openbao, refs)
    assert "canary" not in str(failure.value)
    return tuple(type(one) for one in failure.value.failures), str(failure.value)


@pytest.fixture
def client(server: Server, credentials: str) -> Iterator[Connect]:
    """Clients of the server; closed after the test."""
    with ExitStack() as clients:

        def to(
            file: str = credentials, deadline_seconds: float = 10, *, allow_broad: bool = False, **other: Any
        ) -> OpenBao:
            openbao = connect(
                settings(server, **other), file, deadline_seconds=deadline_seconds, allow_broad=allow_broad
            )
            return clients.enter_context(openbao)

        yield to
