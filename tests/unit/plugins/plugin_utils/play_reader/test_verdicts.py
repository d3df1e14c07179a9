# SPDX-License-Identifier: GPL-3.0-or-later
"""A judgement is made once for each credential; a failure of the server is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import SealedError
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.verdicts import Verdicts
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.credential import approle_client
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Reply, Stub, http

NARROW = http(200, b'{"data": {}}')
BROAD = http(200, json.dumps({"data": {"sys/seal": ["sudo"]}}).encode())
REFUSED = http(403, b'{"errors": ["permission denied"]}')
SEALED = http(503, b'{"errors": ["OpenBao is sealed"]}')


def test_a_credential_that_passed_is_not_asked_about_again(tmp_path: Path) -> None:
    verdicts = Verdicts()
    with Stub([NARROW, BROAD]) as server, approle_client(server.address, tmp_path) as openbao:
        verdicts.require_narrow("one", openbao)
        verdicts.require_narrow("one", openbao)
        with pytest.raises(InfraError, match="too broad"):
            verdicts.require_narrow("another", openbao)
    assert len(server.requests) == 2


@pytest.mark.parametrize(("answer", "words"), ((BROAD, "sudo on sealing the server"), (REFUSED, "invalid or expired")))
def test_a_refusal_is_kept_for_all_who_come_later(tmp_path: Path, answer: Reply, words: str) -> None:
    verdicts = Verdicts()
    with Stub([answer, NARROW]) as server, approle_client(server.address, tmp_path) as openbao:
        for _ in range(3):
            with pytest.raises(InfraError, match=words):
                verdicts.require_narrow("one", openbao)
    assert len(server.requests) == 1, "OpenBao locks a role after five failed logins"


def test_a_server_that_cannot_answer_has_judged_nobody(tmp_path: Path) -> None:
    verdicts = Verdicts()
    with Stub([SEALED, NARROW]) as server, approle_client(server.address, tmp_path) as openbao:
        with pytest.raises(SealedError):
            verdicts.require_narrow("one", openbao)
        verdicts.require_narrow("one", openbao)
    assert len(server.requests) == 2
