# SPDX-License-Identifier: GPL-3.0-or-later
"""Runners are told by names, tokens too."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import runner_name, token_variables


@pytest.mark.parametrize(
    ("environment", "variables", "runner"),
    (
        ({"JOB_ID", "AWX_HOST", "AWX_ISOLATED_DATA_DIR"}, (), "awx"),
        ({"AWX_ISOLATED_DATA_DIR"}, (), "ansible-runner"),
        ({"SEMAPHORE_TASK_DETAILS_ID"}, (), "semaphore"),
        ({"HOME"}, ("semaphore_vars",), "semaphore"),
        ({"HOME", "JOB_ID"}, ("inventory_hostname",), None),
    ),
)
def test_a_runner_is_told_by_its_signs(environment: set[str], variables: tuple[str, ...], runner: str | None) -> None:
    assert runner_name(environment, variables) == runner


def test_variables_for_tokens_are_named_and_others_are_not() -> None:
    names = ["VAULT_TOKEN", "BAO_TOKEN", "ANSIBLE_HASHI_VAULT_SECRET_ID", "VAULT_ADDR", "ANSIBLE_VAULT_PASSWORD_FILE"]
    assert token_variables(names) == ["ANSIBLE_HASHI_VAULT_SECRET_ID", "BAO_TOKEN", "VAULT_TOKEN"]
