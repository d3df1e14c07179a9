# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks and actions that write, in real plays at the highest verbosity: what they do and never tell."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import nkeys
import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import PolicyDeniedError
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import settings
from ansible_collections.fractalops.infra.tests.integration.openbao.controller import Controller
from ansible_collections.fractalops.infra.tests.integration.openbao.proxy import Proxy
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

CANARY = "canary-3c59dc04"
WRITER = """
path "secret/data/app/*"       { capabilities = ["create", "read", "update", "patch", "delete"] }
path "secret/metadata/app/*"   { capabilities = ["read"] }
path "secret/subkeys/app/*"    { capabilities = ["read"] }
path "secret/data/fleet/*"     { capabilities = ["create", "read", "update", "patch"] }
path "secret/metadata/fleet/*" { capabilities = ["read"] }
path "secret/subkeys/fleet/*"  { capabilities = ["read"] }
"""
#: Of a person who looks: nothing here reads a value.
STATUS = """
path "secret/metadata/*" { capabilities = ["read"] }
path "secret/subkeys/*"  { capabilities = ["read"] }
"""
CONTENT = {"nats_url": "tls://nats.lab.example:4222", "ratio": 1.0, "name": "Ünïcode"}


def _asset(number: int, credentials: dict[str, str]) -> dict[str, Any]:
    service = {"user": f"svc{number}", "exec": ["/bin/true"], "credentials": credentials, "hardening": "strict"}
    return {
        "role": "worker",
        "binding": {
            "type": "lxc",
            "node": "pve1",
            "container_id": 200 + number,
            "network": "lab",
            "address": f"10.20.30.{10 + number}",
        },
        "services": {f"svc{number}": service},
    }


def _topology(server: Server) -> dict[str, Any]:
    generated = {"password": {"type": "password", "length": 24}, "deploy": {"type": "ssh_key"}}
    secrets = {
        "postgres": {"keys": ["username"], "generated": generated},
        "idle": {"generated": {"k": {"type": "age"}}},
    }
    fleet_secrets = {"nats_auth_pass": {"type": "password"}, "nats_nkey": {"type": "nkey", "kind": "user"}}
    capabilities = ["create", "read", "update"]
    return {
        "schema_version": 1,
        "profile": "lab",
        "openbao": {
            **settings(server),
            "scopes": {
                "app": {"path": "app", "capabilities": capabilities, "secrets": secrets},
                "fleet": {
                    "path": "fleet",
                    "capabilities": capabilities,
                    "secrets": {"deploy-secrets": {"generated": fleet_secrets}},
                },
            },
        },
        "networks": {"lab": {"cidr": "10.20.30.0/24", "gateway": "10.20.30.1"}},
        "nodes": {"pve1": {"address": "10.20.30.2"}},
        "runtime_assets": {
            "web-1": _asset(1, {"password": "bao://secret/app/postgres#password"}),
            "web-2": _asset(2, {"user": "bao://secret/app/postgres#username"}),
            "web-3": _asset(3, {"password": "bao://secret/app/postgres#password@1"}),
            "web-4": _asset(4, {"pass": "bao://secret/fleet/deploy-secrets#nats_auth_pass"}),
        },
        "fleet": {
            "deploy_config": {"path": "fleet/deploy-config", "schema": "schema.json", "content": CONTENT},
            "deploy_secrets": {"path": "fleet/deploy-secrets", "keys": ["nats_auth_pass", "nats_nkey"]},
            "environment": {
                "address": server.address,
                "namespace": "root",
                "auth": {"method": "approle", "path": "approle", "role": "fleet"},
            },
        },
    }


@pytest.fixture(scope="module")
def writer(server: Server) -> str:
    return server.approle("writer", WRITER)


@pytest.fixture(scope="module")
def controller(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Controller:
    return Controller(tmp_path_factory.mktemp("controller"), _topology(server))


@pytest.fixture
def connection(server: Server, writer: str) -> dict[str, Any]:
    """The options every action takes."""
    return {"openbao": settings(server), "openbao_credentials_file": writer}


@pytest.fixture(autouse=True)
def clean(server: Server) -> None:
    """Nothing but foreign secrets."""
    for path in ("app/postgres", "app/idle", "app/copy", "app/other", "fleet/deploy-secrets", "fleet/deploy-config"):
        server.call("DELETE", f"secret/metadata/{path}")


def _data(server: Server, path: str) -> dict[str, Any]:
    data: dict[str, Any] = server.call("GET", f"secret/data/{path}")["data"]["data"]
    return data


def _assert_silent(output: str, *values: str) -> None:
    assert not [value for value in (CANARY, *values) if value in output or json.dumps(value)[1:-1] in output]


def _sync(controller: Controller, writer: str, *flags: str, **variables: Any) -> Any:
    return controller.play("fractalops.infra.secrets_sync", *flags, openbao_writer_credentials_file=writer, **variables)


def test_a_sync_makes_what_it_can_and_lists_everything_that_is_missing(
    server: Server, controller: Controller, writer: str
) -> None:
    first = _sync(controller, writer)
    assert first.returncode != 0
    assert "bao://secret/app/postgres#username: is missing and has no recipe" in first.output
    made = _data(server, "app/postgres")
    assert made.keys() == {"password", "deploy", "deploy_public"}
    server.call("POST", "secret/data/app/postgres", {"data": {**made, "username": f"{CANARY}-user"}})
    second = _sync(controller, writer)
    assert second.returncode == 0, second.output
    third = _sync(controller, writer)
    assert (third.returncode, third.changed) == (0, False)
    assert _data(server, "app/postgres") == {**made, "username": f"{CANARY}-user"}
    _assert_silent(first.output + second.output + third.output + controller.left_behind, *made.values())


def test_check_mode_says_what_would_be_made_and_makes_nothing(
    server: Server, controller: Controller, writer: str
) -> None:
    server.write("app/postgres", {"username": CANARY})
    run = _sync(controller, writer, "--check", scopes=["app"])
    assert run.changed
    assert "nats_nkey" not in run.output
    assert "+version 2" in run.output
    assert "+  deploy_public  (new value)" in run.output
    assert _data(server, "app/postgres") == {"username": CANARY}
    with pytest.raises(AssertionError, match="404"):
        server.call("GET", "secret/metadata/app/idle")


def _info(server: Server, controller: Controller, **other: Any) -> dict[str, Any]:
    return {
        "openbao": settings(server),
        "openbao_credentials_file": server.approle("status", STATUS),
        "topology": str(controller.folder / "topology.yml"),
        **other,
    }


def test_scopes_are_chosen_by_name_and_an_unknown_one_gets_the_closest(controller: Controller, writer: str) -> None:
    run = _sync(controller, writer, scopes=["flet", "app"])
    assert run.returncode != 0
    assert "scope 'flet' does not exist; did you mean 'fleet'?" in run.output


def test_the_keys_of_the_fleet_persist_and_its_documents_are_put_byte_for_byte(
    server: Server, controller: Controller, writer: str
) -> None:
    first = _sync(controller, writer, scopes=["fleet"])
    assert first.returncode == 0, first.output
    secrets, config = _data(server, "fleet/deploy-secrets"), _data(server, "fleet/deploy-config")
    assert config.keys() == {"value"}
    assert json.loads(config["value"]) == CONTENT
    assert config["value"] == '{"name":"Ünïcode","nats_url":"tls://nats.lab.example:4222","ratio":1.0}'
    assert nkeys.from_seed(bytearray(secrets["nats_nkey"].encode())).public_key.decode() == secrets["nats_nkey_public"]
    second = _sync(controller, writer, scopes=["fleet"])
    assert (second.returncode, second.changed) == (0, False)
    assert (_data(server, "fleet/deploy-secrets"), _data(server, "fleet/deploy-config")) == (secrets, config)
    _assert_silent(first.output + second.output, secrets["nats_auth_pass"], secrets["nats_nkey"])


def test_a_config_without_its_secrets_is_not_put(
    server: Server, controller: Controller, connection: dict[str, Any]
) -> None:
    server.write("fleet/deploy-secrets", {"nats_auth_pass": CANARY, "nats_nkey": ""})
    arguments = {**connection, "topology": str(controller.folder / "topology.yml")}
    run = controller.task("openbao_fleet_documents", arguments)
    assert "#nats_nkey: the value in version 1 is empty" in run.output
    _assert_silent(run.output)
    assert not [path for path in server.requests_for("secret/data/fleet/deploy-config") if path.endswith("config/put")]
    with pytest.raises(AssertionError, match="404"):
        _data(server, "fleet/deploy-config")


def test_a_config_comes_from_toml_without_loss_or_not_at_all(
    server: Server, controller: Controller, connection: dict[str, Any]
) -> None:
    server.write("fleet/deploy-secrets", {"nats_auth_pass": "x", "nats_nkey": "x"})
    file = controller.folder / "deploy.toml"
    arguments = {**connection, "topology": str(controller.folder / "topology.yml"), "config_toml": str(file)}
    file.write_text('nats_url = "tls://x"\nbig = 9007199254740991\nratio = 0.1\n[a.b]\nlist = [1, 2.0, "3"]\n')
    done = controller.task("openbao_fleet_documents", arguments)
    wanted = {"nats_url": "tls://x", "big": 2**53 - 1, "ratio": 0.1, "a": {"b": {"list": [1, 2.0, "3"]}}}
    assert _data(server, "fleet/deploy-config")["value"] == json.dumps(wanted, sort_keys=True, separators=(",", ":"))
    assert '"is_verified": true' in done.output
    file.write_text("nats_url = 'x'\nwhen = 2026-11-20\nhuge = 9007199254740992\nnan = nan\n")
    refused = controller.task("openbao_fleet_documents", arguments).output
    for words in ("when: a date or time", "huge: an integer beyond 2^53", "nan: infinity or NaN"):
        assert words in refused
    file.write_text("other = 1\n")
    assert "nats_url" in controller.task("openbao_fleet_documents", arguments).output


def test_one_secret_from_check_to_delete_without_a_word_of_its_values(
    server: Server, controller: Controller, connection: dict[str, Any]
) -> None:
    given = {**connection, "path": "app/other", "values": {"a": f"{CANARY}-1", "b": f"{CANARY}-2"}}
    checked = controller.task("openbao_kv_secret", given, "--check")
    assert '"changed": true' in checked.output
    runs = [checked, *(controller.task("openbao_kv_secret", given) for _ in range(2))]
    assert _data(server, "app/other") == given["values"]
    assert '"changed": false' in runs[-1].output
    copied = {**connection, "path": "app/copy", "state": "patched", "copied_from": {"c": "bao://secret/app/other#a"}}
    runs.append(controller.task("openbao_kv_secret", copied))
    assert _data(server, "app/copy") == {"c": f"{CANARY}-1"}
    for wrong, words in (
        ({"values": {"n": 5}}, "the value of key 'n' is not text"),
        ({"values": {}}, "nothing to write"),
        ({"copied_from": {"a": "bao://secret/app/other#a"}}, "key 'a' is both"),
        ({"values": f"{CANARY} no mapping"}, "values"),
        ({"path": "../sys/raw"}, "no part of a ref"),
        ({"path": "elsewhere/x"}, "policy lacks"),
    ):
        runs.append(controller.task("openbao_kv_secret", {**given, **wrong}))
        assert words in runs[-1].output
        assert '"failed": true' in runs[-1].output
    runs.append(controller.task("openbao_kv_secret", {**connection, "path": "app/other", "state": "absent"}))
    (controller.folder / "play.yml").unlink()
    for number, run in enumerate(runs):
        assert CANARY not in run.output, (number, run.output[run.output.index(CANARY) - 2000 :][:2400])
    assert CANARY not in controller.left_behind


class Rival(Proxy):
    """Another writer, who is faster: writes a version of its own before each of our first ``times`` writes."""

    times = 0
    lost = 0

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """One request; a write of data comes too late."""
        path = handler.path.partition("/v1/secret/data/")[2]
        if path and handler.command in ("POST", "PUT", "PATCH"):
            self.lost += 1
            if self.lost <= self.times:
                self.upstream.write(path, {"theirs": f"version {self.lost}"})
        super().pass_on(handler)


RIVALLED: dict[str, dict[str, Any]] = {
    "openbao_kv_secret": {"state": "patched", "values": {"ours": f"{CANARY}-ours"}},
    "openbao_generated_secret": {"recipes": [{"key": "ours", "type": "password"}]},
}


@pytest.mark.parametrize("action", RIVALLED)
def test_a_task_that_another_writer_overtakes_plans_again_once_and_then_fails(
    server: Server, controller: Controller, writer: str, action: str
) -> None:
    for times, is_done in ((1, True), (9, False)):
        server.call("DELETE", "secret/metadata/app/other")
        with Rival(server) as rival:
            rival.times = times
            connection = {"openbao": settings(server, address=rival.address), "openbao_credentials_file": writer}
            run = controller.task(action, {**connection, "path": "app/other", **RIVALLED[action]})
        assert rival.lost == 2, "two tries, whatever becomes of them"
        assert ("was changed by somebody else meanwhile" in run.output) is not is_done, run.output[-3000:]
        assert _data(server, "app/other").get("theirs") == f"version {min(times, 2)}", "theirs is not lost"
        assert ("ours" in _data(server, "app/other")) is is_done


def test_the_scan_finds_a_value_that_is_told(controller: Controller) -> None:
    run = controller.task("topology_info", {"topology": f"/nowhere/{CANARY}"})
    assert CANARY in run.output


def test_a_rotation_makes_one_version_and_lists_exactly_the_consumers(
    server: Server, controller: Controller, writer: str
) -> None:
    server.write("app/postgres", {"username": f"{CANARY}-user"})
    _sync(controller, writer, scopes=["app"])
    before = _data(server, "app/postgres")
    run = controller.play(
        "fractalops.infra.secrets_rotate",
        openbao_writer_credentials_file=writer,
        secret="app/postgres",
        keys=["password"],
    )
    assert run.returncode == 0, run.output
    after = _data(server, "app/postgres")
    assert {key for key in before if before[key] != after[key]} == {"password"}
    listed = [line.strip(' ",') for line in run.output.splitlines() if line.strip().startswith(('"host ', '"next: '))]
    assert listed == [
        "host web-1: svc1.service uses bao://secret/app/postgres#password",
        "host web-2: svc2.service uses bao://secret/app/postgres#username, the value is as before",
        "host web-3: svc3.service uses bao://secret/app/postgres#password@1, pinned, stays where it is",
        "next: ansible-playbook fractalops.infra.site --tags hosts --limit web-1,web-2,control_plane",
    ]
    assert '"bao://secret/app/postgres version 3, new: password"' in run.output
    _assert_silent(run.output, *before.values(), *after.values())


def test_a_role_that_cannot_read_values_sees_what_is_missing_unused_and_behind(
    server: Server, controller: Controller, writer: str
) -> None:
    server.write("app/postgres", {"username": f"{CANARY}-user", "old": CANARY})
    _sync(controller, writer, scopes=["app"])
    file = server.approle("status", STATUS)
    pinned = {"web-1": ["bao://secret/app/postgres#password@1"], "web-2": ["bao://secret/app/postgres#username@2"]}
    info = controller.task("openbao_secrets_info", _info(server, controller, pinned_refs=pinned))
    told = json.loads(info.output[info.output.index('{\n    "done"') :].partition("\n}\n")[0] + "\n}")["done"]
    postgres = next(one for one in told["secrets"] if one["secret"] == "bao://secret/app/postgres")
    assert (postgres["version"], postgres["age_days"], postgres["missing"]) == (2, 0, [])
    assert postgres["unused"] == ["deploy", "deploy_public", "old"]
    refs = {one["ref"]: one["exists"] for one in told["refs"]}
    assert refs["bao://secret/app/postgres#password"]
    assert not refs["bao://secret/app/postgres#password@1"], "version 1 had no such key"
    assert not refs["bao://secret/fleet/deploy-secrets#nats_nkey"]
    assert told["behind"] == [{"host": "web-1", "ref": "bao://secret/app/postgres#password", "version": 1, "wanted": 2}]
    run = controller.play("fractalops.infra.secrets_status", "--skip-tags=hosts", openbao_status_credentials_file=file)
    assert run.returncode == 0, run.output
    assert "bao://secret/app/postgres version 2, 0 days, used by nobody: deploy, deploy_public, old" in run.output
    connection = {"openbao": settings(server), "openbao_credentials_file": file}
    copied = {"path": "app/copy", "copied_from": {"k": "bao://secret/app/postgres#old"}}
    denied = controller.task("openbao_kv_secret", {**connection, **copied})
    assert '"failed": true' in denied.output and "policy lacks read on 'secret/data/app/" in denied.output, (
        denied.output
    )
    _assert_silent(info.output + run.output + denied.output)


def test_hosts_that_do_not_say_what_they_run_fail_the_status_after_it_is_told(
    server: Server, controller: Controller
) -> None:
    play, file = "fractalops.infra.secrets_status", server.approle("status", STATUS)
    closed = {"ansible_host": "127.0.0.1", "ansible_port": 1}
    silent = controller.play(play, openbao_status_credentials_file=file, **closed)
    assert silent.returncode == 2, silent.output
    assert "web-3: did not say which versions it runs: " in silent.output
    assert "web-1, web-2, web-3, web-4: did not say which versions they run; nothing was changed" in silent.output
    assert "bao://secret/app/postgres does not exist" in silent.output
    # This machine answers, and has no generation.
    fresh = controller.play(play, openbao_status_credentials_file=file, ansible_connection="local")
    assert fresh.returncode == 0, fresh.output


def test_a_sync_of_what_is_not_declared_fails(
    server: Server, controller: Controller, writer: str, tmp_path: Path
) -> None:
    bare = {name: part for name, part in _topology(server).items() if name != "fleet"}
    asset = _asset(1, {})
    poor = Controller(tmp_path, {**bare, "openbao": settings(server), "runtime_assets": {"web-1": asset}})
    for flags in ([], ["--tags=fleet"], ["--tags=scopes"]):
        run = _sync(poor, writer, *flags)
        assert run.returncode == 2, run.output
        assert "The topology declares none of what was to be looked at, so nothing was done" in run.output


def test_the_status_role_gets_403_on_data(server: Server, client: Any) -> None:
    openbao = client(server.approle("status", STATUS))
    server.write("app/postgres", {"k": CANARY})
    assert openbao.read_subkeys("secret", "app/postgres") == {"k"}
    with pytest.raises(PolicyDeniedError, match="lacks read on 'secret/data/app/postgres'"):
        openbao.read("secret", "app/postgres")


def test_an_import_is_read_back_idempotent_and_leaves_refs(
    server: Server, controller: Controller, writer: str, tmp_path: Path
) -> None:
    server.write("app/other", {"kept": CANARY})
    source, refs = tmp_path / "old.yml", tmp_path / "refs.yml"
    source.touch(mode=0o600)
    source.write_text(f'app/other:\n  token: "{CANARY}-{{{{ 1 + 1 }}}}"\n  pem: |\n    {CANARY}\n    end\n')
    variables = {"openbao_writer_credentials_file": writer, "src": str(source), "dest": str(refs)}
    checked = controller.play("fractalops.infra.secrets_import", "--check", **variables)
    assert f"not everything is in OpenBao yet, keep {source}" in checked.output
    first = controller.play("fractalops.infra.secrets_import", **variables)
    assert first.returncode == 0, first.output
    assert f"OpenBao holds all of it, destroy {source} now" in first.output
    data = {"kept": CANARY, "token": f"{CANARY}-{{{{ 1 + 1 }}}}", "pem": f"{CANARY}\nend\n"}
    assert _data(server, "app/other") == data
    wanted = '"app/other":\n  "pem": "bao://secret/app/other#pem"\n  "token": "bao://secret/app/other#token"\n'
    assert refs.read_text() == wanted
    second = controller.play("fractalops.infra.secrets_import", **variables)
    assert (second.returncode, second.changed) == (0, False)
    source.chmod(0o644)
    refused = controller.play("fractalops.infra.secrets_import", **variables)
    assert "mode is 0644; it must be a regular file of yours with mode 0600" in refused.output
    _assert_silent(checked.output + first.output + second.output + refused.output)


def test_a_credential_that_may_do_anything_is_refused(server: Server, controller: Controller) -> None:
    wide = server.approle("wide", 'path "*" { capabilities = ["create", "read", "update"] }\n')
    run = controller.task(
        "openbao_kv_secret",
        {"openbao": settings(server), "openbao_credentials_file": wide, "path": "app/other", "values": {"k": CANARY}},
    )
    assert "on every path" in run.output, run.output[-3000:]
    with pytest.raises(AssertionError, match="404"):
        _data(server, "app/other")
