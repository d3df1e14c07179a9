# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that every task with OpenBao has."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import credentials_file_of


def test_the_credentials_file_is_the_one_that_was_given() -> None:
    assert credentials_file_of({"openbao_credentials_file": "/run/approle.json"}) == "/run/approle.json"


@pytest.mark.parametrize("missing", (None, ""))
def test_a_missing_credentials_file_is_told_with_the_way_to_give_it(missing: str | None) -> None:
    words = r"^openbao_credentials_file is not set; give -e openbao_credentials_file=FILE, see https://.*secrets"
    with pytest.raises(InfraError, match=words):
        credentials_file_of({"openbao_credentials_file": missing})
