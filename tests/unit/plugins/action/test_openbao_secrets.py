# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions that read and write secrets, in this process, against a KV server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.fractalops.infra.plugins.action import (
    openbao_credential_info,
    openbao_fleet_documents,
    openbao_generated_secret,
    openbao_import,
    openbao_kv_secret,
    openbao_scopes,
    openbao_secrets_info,
)
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.json_server import Answer
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

from .in_process import connection_to, run

GOLDEN = ROOT / "tests" / "golden" / "openbao"
PASSWORD = {"key": "password", "type": "password"}


@pytest.fixture(name="server")
def serve_kv() -> Iterator[KvServer]:
    with KvServer() as server:
        yield server


@pytest.fixture(name="to")
def connect_to(server: KvServer, tmp_path: Path) -> dict[str, Any]:
    return connection_to(server.address, tmp_path)


@pytest.fixture(name="topology")
def write_topology(tmp_path: Path) -> str:
    """The golden topology, whose fleet's config may have a number ``limit``."""
    text = (GOLDEN / "topology.yml").read_text(encoding="utf-8").replace("content: {}", "content: {limit: 1}")
    (tmp_path / "topology.yml").write_text(text, encoding="utf-8")
    schema = {"type": "object", "properties": {"limit": {"type": "integer"}}, "additionalProperties": False}
    (tmp_path / "fleet.schema.json").write_text(json.dumps(schema))
    return str(tmp_path / "topology.yml")


def test_a_secret_is_written_patched_and_removed(server: KvServer, to: dict[str, Any]) -> None:
    act = openbao_kv_secret.ActionModule
    server.secrets["other"] = [{"k": "copied"}, {"k": "newer"}]
    made = run(act, **to, path="a", values={"x": "1"}, copied_from={"y": "bao://secret/other#k@1"})
    assert {key: made[key] for key in ("changed", "secret", "version", "keys")} == {
        "changed": True, "secret": "bao://secret/a", "version": 1, "keys": ["x", "y"],
    }  # fmt: skip
    assert server.newest("a") == {"x": "1", "y": "copied"}
    assert len(made["diff"]) == 1
    assert run(act, **to, path="a", values={"z": "2"}, state="patched")["keys"] == ["x", "y", "z"]
    assert run(act, **to, path="a", values={"x": "1"}, check=True)["version"] == 3
    assert len(server.secrets["a"]) == 2
    gone = run(act, **to, path="a", state="absent")
    assert (gone["changed"], gone["version"], gone["keys"]) == (True, 0, [])
    assert server.secrets["a"][-1] is None
    assert run(act, **to, path="a", state="absent", history="removed")["changed"]
    assert server.secrets["a"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "a"}, "bao://secret/a: nothing to write; give values or copied_from, or state absent"),
        (
            {"path": "a", "values": {"k": "v"}, "copied_from": {"k": "bao://secret/b#k"}},
            "bao://secret/a: key 'k' is both in values and in copied_from; keep one",
        ),
        ({"path": "a", "values": {"k": 1}}, "bao://secret/a: the value of key 'k' is not text; quote it"),
        ({"path": "a", "values": {"k k": "v"}}, "bao://secret/a: key 1 or the path is no part of a ref"),
        ({"path": "a b", "values": {"k": "v"}}, "key 1 or the path is no part of a ref"),
        ({"path": "a", "copied_from": {"k": "bao://secret/gone#k"}}, "bao://secret/gone"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is(
    server: KvServer, to: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(AnsibleActionFail) as failure:
        run(openbao_kv_secret.ActionModule, **to, **options)
    assert words in str(failure.value)
    assert server.writes == []


def test_a_mount_must_be_named(to: dict[str, Any]) -> None:
    to["openbao"]["mount"] = ""
    with pytest.raises(AnsibleActionFail, match=r"mount"):
        run(openbao_kv_secret.ActionModule, **to, path="a", values={"k": "v"})


def test_a_secret_is_made_once_and_rotated_when_asked(server: KvServer, to: dict[str, Any], topology: str) -> None:
    act, path = openbao_generated_secret.ActionModule, "runtime/postgres"
    made = run(act, **to, path=path, recipes=[PASSWORD])
    assert (made["changed"], made["version"], made["generated"], made["consumers"]) == (True, 1, ["password"], [])
    assert made["secret"] == "bao://secret/runtime/postgres"
    assert not run(act, **to, path=path, topology=topology)["changed"]
    rotated = run(act, **to, path=path, topology=topology, rotate=["password"])
    assert (rotated["version"], rotated["generated"]) == (2, ["password"])
    assert {(one["kind"], one["name"], one["unit"]) for one in rotated["consumers"]} == {
        ("host", "web-1", "api.service"),
        ("host", "web-2", "api.service"),
    }


def test_check_mode_of_a_rotation_says_who_would_follow(server: KvServer, to: dict[str, Any], topology: str) -> None:
    server.secrets["runtime/postgres"] = [{"password": "old"}]
    act = openbao_generated_secret.ActionModule
    told = run(act, **to, path="runtime/postgres", topology=topology, rotate=["password"], check=True)
    assert {one["name"] for one in told["consumers"]} == {"web-1", "web-2"}
    assert (told["changed"], server.writes) == (True, [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"recipes": [PASSWORD], "rotate": ["password"]}, "topology: is missing; a rotation lists who uses the secret"),
        ({}, "bao://secret/a: has no recipes; give recipes"),
        ({"recipes": [PASSWORD | {"length": 1}]}, "length"),
    ],
)
def test_what_cannot_be_made_is_told(server: KvServer, to: dict[str, Any], options: dict[str, Any], words: str) -> None:
    with pytest.raises(AnsibleActionFail, match=words):
        run(openbao_generated_secret.ActionModule, **to, path="a", **options)
    assert server.writes == []


def test_an_import_gives_refs_and_says_what_may_be_destroyed(
    server: KvServer, to: dict[str, Any], tmp_path: Path
) -> None:
    source = tmp_path / "values.yml"
    source.touch(mode=0o600)
    source.write_text("app/db:\n  password: canary\n")
    act = openbao_import.ActionModule
    assert run(act, **to, src=str(source), check=True)["destroyable"] == []
    assert server.writes == []
    done = run(act, **to, src=str(source))
    assert (done["changed"], done["destroyable"]) == (True, [str(source)])
    assert done["refs"] == '"app/db":\n  "password": "bao://secret/app/db#password"\n'
    assert done["secrets"] == [
        {"secret": "bao://secret/app/db", "version": 1, "keys": ["password"], "is_verified": True}
    ]
    assert not run(act, **to, src=str(source))["changed"]
    assert source.exists()


def test_scopes_are_made_and_what_people_must_write_fails_the_task(
    server: KvServer, to: dict[str, Any], topology: str
) -> None:
    act = openbao_scopes.ActionModule
    first = run(act, **to, topology=topology, scopes=["runtime"])
    assert (first["changed"], first["failed"]) == (True, True)
    assert first["missing"] == ["bao://secret/runtime/postgres#username"]
    assert first["msg"].startswith("bao://secret/runtime/postgres#username: is missing and has no recipe")
    server.secrets["runtime/postgres"].append({**(server.newest("runtime/postgres") or {}), "username": "app"})
    second = run(act, **to, topology=topology)
    assert (second["changed"], second.get("failed", False), second["missing"]) == (False, False, [])
    assert [row["secret"] for row in second["secrets"]] == [
        "bao://secret/runtime/postgres",
        "bao://secret/runtime/unused",
    ]
    with pytest.raises(AnsibleActionFail, match="scope 'runtim' does not exist"):
        run(act, **to, topology=topology, scopes=["runtim"])


def test_the_documents_of_the_fleet_are_put_and_proven(server: KvServer, to: dict[str, Any], topology: str) -> None:
    act = openbao_fleet_documents.ActionModule
    server.secrets["fleet/deploy-secrets"] = [{"nats_auth_pass": "canary"}]
    assert run(act, **to, topology=topology, check=True)["changed"]
    assert server.writes == []
    done = run(act, **to, topology=topology)
    assert done["changed"]
    assert server.newest("fleet/deploy-config") == {"value": '{"limit":1}'}
    assert not run(act, **to, topology=topology)["changed"]
    assert "canary" not in json.dumps(done)


def test_a_config_that_is_imported_must_fit_the_schema(
    server: KvServer, to: dict[str, Any], topology: str, tmp_path: Path
) -> None:
    server.secrets["fleet/deploy-secrets"] = [{"nats_auth_pass": "canary"}]
    (tmp_path / "config.toml").write_text("limit = 2\n")
    act = openbao_fleet_documents.ActionModule
    assert run(act, **to, topology=topology, config_toml=str(tmp_path / "config.toml"))["changed"]
    assert server.newest("fleet/deploy-config") == {"value": '{"limit":2}'}
    (tmp_path / "config.toml").write_text('limit = "two"\n')
    with pytest.raises(AnsibleActionFail, match=r"limit: "):
        run(act, **to, topology=topology, config_toml=str(tmp_path / "config.toml"))


def test_secrets_are_inspected_without_a_value(server: KvServer, to: dict[str, Any], topology: str) -> None:
    server.secrets["runtime/postgres"] = [{"password": "canary", "username": "canary"}]
    pinned = {"web-1": ["bao://secret/runtime/postgres#password@7"]}
    told = run(openbao_secrets_info.ActionModule, **to, topology=topology, pinned_refs=pinned)
    assert told["changed"] is False
    assert "bao://secret/runtime/postgres" in {row["secret"] for row in told["secrets"] if row["exists"]}
    assert {"ref": "bao://secret/runtime/postgres#username@3", "exists": False, "version": 3, "newest": 1} in told[
        "refs"
    ]
    assert told["behind"] == [
        {"host": "web-1", "ref": "bao://secret/runtime/postgres#password", "version": 7, "wanted": 1}
    ]
    assert "canary" not in json.dumps(told)


def test_a_credential_that_works_says_where(server: KvServer, to: dict[str, Any]) -> None:
    assert run(openbao_credential_info.ActionModule, **to) == {"changed": False, "server": server.address}


class OpenServer(KvServer):
    """Nothing is denied to anybody, and nothing is there."""

    def answer(self, method: str, url: str, body: dict[str, Any]) -> Answer:
        """The token cannot be asked about."""
        return (400, {"errors": ["no token"]}) if "capabilities" in url else (404, {"errors": []})


def test_a_broad_credential_is_refused_by_every_action(tmp_path: Path) -> None:
    with OpenServer() as server, pytest.raises(AnsibleActionFail, match="read on every path"):
        run(openbao_credential_info.ActionModule, **connection_to(server.address, tmp_path))
