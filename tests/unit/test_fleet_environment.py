# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet gets address, namespace and auth; a play with anything more in its environment stops at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.fleet import FleetEnvironment
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.topology.base import VALID

FLEET = """\
fleet:
  deploy_config: {path: fleet/config, schema: schema.json, content: {nats_url: "tls://nats.example:4222"}}
  deploy_secrets: {path: fleet/secrets, keys: [nats_auth_pass]}
  environment:
    address: "https://bao.example:8200"
    namespace: root
    auth: {method: jwt, path: jwt, role: fleet-deploy}
"""


def played(folder: Path, fleet: str) -> tuple[int, str]:
    """How the playbook that puts the documents of the fleet ends before its first task, and what it says."""
    (folder / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (folder / "schema.json").write_text("{}")
    (folder / "topology.yml").write_text(VALID + fleet)
    done = ansible("playbook", folder, "fractalops.infra.secrets_sync", "--list-tasks")
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_address_namespace_and_auth_are_all_there_is(tmp_path: Path) -> None:
    assert list(FleetEnvironment.model_fields) == ["address", "namespace", "auth"]
    assert all(info.is_required() for info in FleetEnvironment.model_fields.values())
    status, output = played(tmp_path, FLEET)
    assert (status, "fleet" in output) == (0, True), output


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ("    NATS_URL: tls://x\n", "fleet.environment.NATS_URL: is the name of an environment variable"),
        ("    BAO_ADDR: https://x\n", "fleet.environment.BAO_ADDR: is an old key"),
        ("    token: bao://secret/fleet/token#t\n", "fleet.environment.token: unknown key; known are: address, auth"),
        ("    variables: {A: b}\n", "fleet.environment.variables: unknown key; known are: address, auth, namespace"),
    ],
    ids=["a variable", "an old key", "a secret", "more variables"],
)
def test_a_play_with_more_in_the_environment_of_the_fleet_stops(tmp_path: Path, more: str, refusal: str) -> None:
    status, output = played(tmp_path, FLEET + more)
    assert status != 0
    assert refusal in output


@pytest.mark.parametrize("key", ["address", "namespace", "auth"])
def test_a_play_with_less_in_it_stops(tmp_path: Path, key: str) -> None:
    head, mark, environment = FLEET.partition("  environment:\n")
    lines = [line for line in environment.splitlines(keepends=True) if not line.strip().startswith(f"{key}:")]
    status, output = played(tmp_path, head + mark + "".join(lines))
    assert status != 0
    assert f"fleet.environment.{key}: is missing; add it" in output
