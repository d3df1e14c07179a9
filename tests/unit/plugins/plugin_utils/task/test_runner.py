# SPDX-License-Identifier: GPL-3.0-or-later
"""Runners are told by names, tokens too."""

from __future__ import annotations

import os

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import (
    refuse_exposed_tokens,
    runner_name,
    token_variables,
)


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


def test_a_token_in_the_environment_of_a_job_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"BAO_TOKEN": "canary", "SEMAPHORE_TASK_DETAILS_ID": "1"})
    with pytest.raises(InfraError, match=r"^BAO_TOKEN in the environment of this job") as refused:
        refuse_exposed_tokens(())
    assert "canary" not in str(refused.value)


def test_a_semaphore_is_told_by_a_variable_of_the_play_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"VAULT_TOKEN": "canary"})
    refuse_exposed_tokens(["inventory_hostname"])
    with pytest.raises(InfraError):
        refuse_exposed_tokens(["semaphore_vars"])


def test_a_job_without_a_token_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"JOB_ID": "1", "AWX_HOST": "x", "VAULT_ADDR": "x"})
    refuse_exposed_tokens(())
