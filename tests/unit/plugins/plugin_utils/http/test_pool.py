# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections are kept while both sides want it, and never used when something came unasked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.answer import NotHttpError
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.deadline import Deadline
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.pool import MAX_CONNECTIONS, Pool
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.reply import Reply
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.server import Server
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.http.keeper import Keeper

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with Keeper(OK) as one:
        yield one


@pytest.fixture
def pool(keeper: Keeper) -> Iterator[Pool]:
    one = Pool(Server.of("OpenBao", "openbao", keeper.address, None), Deadline(10))
    yield one
    one.close()


def _get(pool: Pool) -> Reply:
    return pool.exchange("GET", "/", {}, None)


def test_one_after_the_other_goes_over_one_connection(keeper: Keeper, pool: Pool) -> None:
    assert [_get(pool).content for _ in range(5)] == [b"ok"] * 5
    assert keeper.connections == 1


def test_side_by_side_each_has_its_own_and_no_more_are_kept_than_needed(keeper: Keeper, pool: Pool) -> None:
    keeper.is_free.clear()
    threads = [threading.Thread(target=_get, args=(pool,)) for _ in range(MAX_CONNECTIONS + 2)]
    for thread in threads:
        thread.start()
    while keeper.connections < len(threads):
        threads[0].join(0.01)
    keeper.is_free.set()
    for thread in threads:
        thread.join()
    assert keeper.connections == MAX_CONNECTIONS + 2
    _get(pool)
    assert keeper.connections == MAX_CONNECTIONS + 2


@pytest.mark.parametrize("unasked", (Keeper.hang_up, lambda keeper: keeper.say(OK)), ids=("end", "answer"))
def test_a_connection_on_which_something_came_unasked_is_not_used(
    keeper: Keeper, pool: Pool, unasked: Callable[[Keeper], None]
) -> None:
    _get(pool)
    unasked(keeper)
    assert _get(pool).content == b"ok"
    assert keeper.connections == 2


@pytest.mark.parametrize("answer", (OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK + b"more"))
def test_a_connection_that_was_the_last_is_not_used_again(keeper: Keeper, pool: Pool, answer: bytes) -> None:
    keeper.answer = answer
    assert [_get(pool).content for _ in range(2)] == [b"ok"] * 2
    assert keeper.connections == 2


def test_after_a_broken_answer_the_connection_is_not_used_again(keeper: Keeper, pool: Pool) -> None:
    keeper.answer = b"nonsense\r\n\r\n"
    with pytest.raises(NotHttpError):
        _get(pool)
    keeper.answer = OK
    assert _get(pool).content == b"ok"
    assert keeper.connections == 2


def test_a_closed_pool_keeps_nothing(keeper: Keeper, pool: Pool) -> None:
    _get(pool)
    pool.close()
    _get(pool)
    assert keeper.connections == 2
