# SPDX-License-Identifier: GPL-3.0-or-later
"""Two writers at once, and one that never stops."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import (
    Extent,
    GivenSecret,
    GivenSecrets,
    SecretPath,
    reconcile_again_on_conflict,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import CasConflictError
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

DESIRED = GivenSecret(SecretPath("secret", "app"), {"ours": Secret("new")}, Extent.PART)
#: Far more than two, so that a loop is told from a second try.
ENOUGH = 5


def write_first(server: KvServer, times: int) -> None:
    """Somebody else writes before our first ``times`` writes."""

    def theirs(server: KvServer) -> None:
        if len(server.writes) <= times:
            server.secrets["app"].append({"ours": "old", "theirs": str(len(server.writes))})

    server.secrets["app"], server.before_write = [{"ours": "old"}], theirs


def test_after_a_conflict_the_second_try_is_planned_from_a_fresh_read(server: KvServer, openbao: OpenBao) -> None:
    write_first(server, 1)
    done = reconcile_again_on_conflict(GivenSecrets(openbao), DESIRED, State.PRESENT, check=False)
    assert done["changed"]
    assert [cas for _method, _path, cas in server.writes] == [1, 2]
    assert server.newest("app") == {"ours": "new", "theirs": "1"}


def test_a_second_conflict_ends_it(server: KvServer, openbao: OpenBao) -> None:
    write_first(server, ENOUGH)
    with pytest.raises(CasConflictError, match=r"^bao://secret/app:"):
        reconcile_again_on_conflict(GivenSecrets(openbao), DESIRED, State.PRESENT, check=False)
    assert [cas for _method, _path, cas in server.writes] == [1, 2]
    assert server.newest("app") == {"ours": "old", "theirs": "2"}


def test_check_mode_stays_check_mode_at_every_try(server: KvServer, openbao: OpenBao) -> None:
    write_first(server, ENOUGH)
    assert reconcile_again_on_conflict(GivenSecrets(openbao), DESIRED, State.PRESENT, check=True)["changed"]
    assert server.writes == []
