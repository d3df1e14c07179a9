# SPDX-License-Identifier: GPL-3.0-or-later
"""The open transaction of a host."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.activation import confirm
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.launch import refuse_second_run
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import BusyError, HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import transaction as transaction_module
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    TransactionFile,
)

from ..samples import a_transaction


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "run/fractalops").mkdir(parents=True)
    return Layout(tmp_path)


def test_a_transaction_reads_back_as_it_was(layout: Layout) -> None:
    transaction = a_transaction()
    TransactionFile(layout).save(transaction)
    assert TransactionFile(layout).open_one() == transaction


def test_an_ended_transaction_is_not_open_but_known(layout: Layout) -> None:
    transactions = TransactionFile(layout)
    transactions.save(a_transaction())
    transactions.end(a_transaction().at(Stage.ROLLED_BACK, "because"))
    ended = transactions.ended("1")
    assert transactions.open_one() is None
    assert ended is not None and ended.reason == "because"
    assert transactions.ended("2") is None


def test_the_first_reason_stays() -> None:
    assert a_transaction().at(Stage.TRIAL, "first").at(Stage.ROLLED_BACK, "second").reason == "first"


def test_a_second_run_is_refused_with_owner_and_age() -> None:
    with pytest.raises(HostError, match=r"somebody@somewhere pid 1 has been activating generation b{16} for [0-9]+ s"):
        refuse_second_run(a_transaction())


def test_the_lock_lets_one_in(layout: Layout) -> None:
    transactions = TransactionFile(layout)
    with transactions.lock(), pytest.raises(BusyError, match="another run holds it"), transactions.lock(seconds=0.0):
        pass


def test_a_late_confirm_is_refused(layout: Layout) -> None:
    TransactionFile(layout).save(a_transaction(seconds_left=-1.0, stage=Stage.HEALTHY))
    with pytest.raises(HostError, match="is too late to confirm"):
        confirm(layout, "1")


def test_a_confirm_before_healthy_is_refused(layout: Layout) -> None:
    TransactionFile(layout).save(a_transaction())
    with pytest.raises(HostError, match="is too late to confirm"):
        confirm(layout, "1")


def test_a_confirm_of_another_transaction_is_refused_and_changes_nothing(layout: Layout) -> None:
    opened = a_transaction(stage=Stage.HEALTHY)
    TransactionFile(layout).save(opened)
    with pytest.raises(HostError, match="transaction 2: is not open on this host"):
        confirm(layout, "2")
    assert TransactionFile(layout).open_one() == opened
    assert not layout.confirmed.is_symlink()


def test_a_confirm_of_nothing_is_refused(layout: Layout) -> None:
    with pytest.raises(HostError, match="is not open on this host"):
        confirm(layout, "1")


def test_a_confirm_asked_twice_answers_the_same(layout: Layout) -> None:
    TransactionFile(layout).end(a_transaction().at(Stage.CONFIRMED))
    assert confirm(layout, "1").stage is Stage.CONFIRMED


def test_an_end_makes_its_own_room_in_a_full_run(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    transactions = TransactionFile(layout)
    transactions.save(a_transaction())
    replace = transaction_module._replace

    def full(path: Path, content: bytes) -> None:
        if (layout.run / "transaction.json").exists():
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        replace(path, content)

    monkeypatch.setattr(transaction_module, "_replace", full)
    ended = a_transaction(stage=Stage.ROLLED_BACK)
    transactions.end(ended)
    assert transactions.open_one() is None and transactions.ended("1") == ended
