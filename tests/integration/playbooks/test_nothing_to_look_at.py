# SPDX-License-Identifier: GPL-3.0-or-later
"""What reaches a host and has nothing to look at there fails: roles on wrong hosts, orders that name nothing."""

from __future__ import annotations

import json

import pytest
from ansible_collections.fractalops.infra.tests.integration.playbooks.estate import Estate

VARIABLES = {
    "openbao_credentials_file": "token",
    "openbao_policy_credentials_file": "token",
    "openbao_role_credentials_file": "token",
    "kubernetes_tree_path": "/tmp",
    "ansible_connection": "local",
    "ansible_pipelining": True,
}
ORDER = {"reason": "test", "operator": "test", "expires": "2026-01-01T00:00:00Z", "break_glass_log_file": "log.jsonl"}


@pytest.fixture(scope="module", name="estate")
def _estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return Estate(tmp_path_factory.mktemp("estate"))


@pytest.mark.parametrize(
    ("role", "host", "words"),
    [
        ("break_glass", "control_plane", "missing required arguments: host_document"),
        ("health", "stranger", "stranger is neither a host of kind_lxc nor control_plane, so it was not asked"),
        ("host", "control_plane", "missing required arguments: host_document"),
        ("kubernetes", "web-1", "clusters: there is no 'web-1'; name one of []"),
        ("openbao", "web-1", "'topology_source' is undefined"),
        ("release", "control_plane", "missing required arguments: host_document"),
    ],
)
def test_a_role_on_a_host_that_it_is_not_for_fails(role: str, host: str, words: str, estate: Estate) -> None:
    play = {"hosts": host, "gather_facts": False, "roles": [f"fractalops.infra.{role}"]}
    (estate.folder / "play.yml").write_text(json.dumps([play]))
    variables = {**VARIABLES, **{f"break_glass_{name}": text for name, text in ORDER.items()}, "break_glass_asset": "x"}
    run = estate.run(
        "ansible-playbook", "play.yml", "-i", estate.inventory("whole"), "-i", "stranger,", "-e", json.dumps(variables)
    )
    assert run.returncode == 2, run.output
    assert words in run.output


@pytest.mark.parametrize(
    ("playbook", "arguments", "variables", "words"),
    [
        ("deploy", ["--limit=web-2"], {}, "so nothing was delivered; declare the source, or run site"),
        (
            "deploy",
            ["--limit=web-2", "--tags=releases"],
            {},
            "so nothing was delivered; declare the source, or run site",
        ),
        (
            "secrets_rotate",
            [],
            {"secret": "app/web", "keys": []},
            "Not all is given: -e openbao_writer_credentials_file",
        ),
        ("break_glass_repair", [], {"asset": "web-9", **ORDER}, "'web-9' is no LXC asset of this topology"),
        ("break_glass_drill", [], {"asset": "web-9", **ORDER}, "'web-9' is no LXC asset of this topology"),
        ("rollback", ["--limit=web-1"], {"generation": "previous"}, "add -e generation=previous, or the id"),
        ("explain", [], {"path": "runtime_assets.web-9"}, "web-9"),
        ("audit", ["--limit=web-1"], {"audit_roots": []}, "roots: names no folder"),
    ],
)
def test_an_order_that_names_nothing_fails(
    playbook: str, arguments: list[str], variables: dict[str, object], words: str, estate: Estate
) -> None:
    given = {**VARIABLES, "openbao_writer_credentials_file": "token", **variables}
    whole = estate.inventory("whole")
    run = estate.run(
        "ansible-playbook", f"fractalops.infra.{playbook}", "-i", whole, "-e", json.dumps(given), *arguments
    )
    assert run.returncode == 2, run.output
    assert words in run.output
