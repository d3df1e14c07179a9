# SPDX-License-Identifier: GPL-3.0-or-later
"""A rotation on real hosts, by the playbooks an operator runs: rotate, see who is behind, follow, see nobody behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import openbao, site

from .conftest import Host

WRITER = """
path "secret/data/runtime/*"     { capabilities = ["create", "patch"] }
path "secret/metadata/runtime/*" { capabilities = ["read"] }
path "secret/subkeys/runtime/*"  { capabilities = ["read"] }
"""
STATUS = """
path "secret/metadata/*" { capabilities = ["read"] }
path "secret/subkeys/*"  { capabilities = ["read"] }
"""
SECRET = "runtime/postgres"


def _role(folder: Path, name: str, policy: str) -> str:
    """A credentials file of a new role with this policy."""
    root = openbao.root()
    root.call("PUT", f"sys/policies/acl/{name}", {"policy": policy})
    root.call("POST", f"auth/approle/role/{name}", {"token_policies": [name], "token_no_default_policy": True})
    role_id = root.call("GET", f"auth/approle/role/{name}/role-id")["data"]["role_id"]
    secret_id = root.call("POST", f"auth/approle/role/{name}/secret-id")["data"]["secret_id"]
    file = folder / f"{name}.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps({"role_id": role_id, "secret_id": secret_id}))
    return str(file)


@pytest.fixture
def declared(in_order: site.Site, assets: dict[str, Any]) -> Iterator[site.Site]:
    """The site with a recipe for the password of the database; the secret is put back afterwards."""
    before, wanted = openbao.secret(SECRET), site.topology(assets)
    secrets = {"postgres": {"keys": ["username"], "generated": {"password": {"type": "password", "length": 33}}}}
    scope = {"path": "runtime", "capabilities": ["read"], "secrets": secrets}
    in_order.write({**wanted, "openbao": {**wanted["openbao"], "scopes": {"runtime": scope}}})
    yield in_order
    openbao.write(SECRET, before)


def _status(declared: site.Site, file: str) -> str:
    run = declared.play("fractalops.infra.secrets_status", f"--extra-vars=openbao_status_credentials_file={file}")
    assert run.returncode == 0, run.output
    return run.output


def test_after_a_rotation_the_consumers_are_behind_until_they_follow(
    declared: site.Site, first: Host, tmp_path: Path
) -> None:
    status = _role(tmp_path, "status", STATUS)
    assert "the topology means" not in _status(declared, status)
    started = "systemctl show --value --property=InvocationID fractalops-api fractalops-jobs"
    before = first.run(started).split()
    variables = {"openbao_writer_credentials_file": _role(tmp_path, "writer", WRITER), "secret": SECRET}
    rotated = declared.play(
        "fractalops.infra.secrets_rotate", f"--extra-vars={json.dumps({**variables, 'keys': ['password']})}"
    )
    assert rotated.returncode == 0, rotated.output
    assert "host worker-2: fractalops-api.service uses bao://secret/runtime/postgres#password" in rotated.output
    assert "fractalops-jobs" not in rotated.output
    behind = _status(declared, status)
    assert behind.count("bao://secret/runtime/postgres#password@") == 2
    assert "site --tags hosts --limit worker-1,worker-2,control_plane" in rotated.output
    followed = declared.play("fractalops.infra.site", "--tags=hosts", "--limit=worker-1,worker-2,control_plane")
    assert followed.returncode == 0, followed.output
    assert followed.hosts_changed == {"worker-1", "worker-2"}
    after = first.run(started).split()
    assert (after[0] == before[0], after[1] == before[1]) == (False, True)
    assert first.answer(8081)["credential_bytes"]["db-password"] == 33
    assert "the topology means" not in _status(declared, status)
    assert openbao.secret(SECRET)["password"] not in rotated.output + followed.output + behind
