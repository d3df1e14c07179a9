# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of a real ansible-runner: no token by the environment, a wrapped secret_id opened once for all hosts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.wrapped_secret_id import unwrap_secret_id
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import CredentialsFileError
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import settings
from ansible_collections.fractalops.infra.tests.integration.openbao.estate import PATHS, PLAYBOOK, Estate, Reads
from ansible_collections.fractalops.infra.tests.integration.openbao.server import POLICY, Server

HOSTS = 3
CANARY = "hvs.canary-of-a-token"
#: For a token of a login, which is revoked at the end.
REVOKE = 'path "auth/token/revoke-self" { capabilities = ["update"] }\n'
PREFLIGHT = {"name": "Check the job", "ansible.builtin.import_playbook": "fractalops.infra.preflight"}


def _wrapped(server: Server, path: str) -> str:
    """A token around what a POST to ``path`` makes."""
    headers = {"X-Vault-Token": server.token, "X-Vault-Wrap-TTL": "60s"}
    answer = requests.post(f"{server.address}/v1/{path}", headers=headers, json={}, verify=server.ca, timeout=10)
    return str(answer.json()["wrap_info"]["token"])


@pytest.fixture
def job(server: Server, credentials: str, tmp_path: Path) -> str:
    """The file of a job, as a runner injects it."""
    role_id = json.loads(Path(credentials).read_text())["role_id"]
    document = {"role_id": role_id, "wrapped_secret_id": _wrapped(server, "auth/approle/role/controller/secret-id")}
    return _file(tmp_path, document)


def _file(folder: Path, document: dict[str, str]) -> str:
    file = folder / "job.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(document))
    return str(file)


@pytest.fixture
def estate(server: Server, credentials: str, tmp_path: Path) -> Estate:
    made = Estate(server, credentials, tmp_path, HOSTS)
    made.write(before=[PREFLIGHT])
    return made


def _give(estate: Estate, file: str, **auth: str) -> None:
    """The credential of the job, and how it is used, for all hosts."""
    content = json.loads(estate.inventory.read_text())
    content["all"]["vars"]["openbao_credentials_file"] = file
    content["all"]["vars"]["topology_openbao"]["auth"] |= auth
    estate.inventory.write_text(json.dumps(content))


@pytest.mark.parametrize("before", ([PREFLIGHT], []), ids=("preflight", "own play"))
@pytest.mark.parametrize("variable", ("BAO_TOKEN", "VAULT_TOKEN", "ANSIBLE_HASHI_VAULT_SECRET_ID"))
def test_a_token_in_the_environment_of_a_job_is_refused_by_name(
    estate: Estate, variable: str, before: list[dict[str, str]]
) -> None:
    estate.write(before=before)
    refused, reads = estate.reads_of(lambda: estate.runner(PLAYBOOK, **{variable: CANARY}))
    assert refused.returncode != 0
    assert reads.count == 0
    assert f"{variable} in the environment of this job" in " ".join(refused.output.split())
    assert CANARY not in refused.output
    events = [file for file in estate.folder.glob("runner/artifacts/**/*") if file.is_file() and file.name != "command"]
    assert events and not any(CANARY in file.read_text() for file in events)


def test_a_job_without_one_goes_on_and_so_does_a_person_with_one(estate: Estate) -> None:
    assert estate.runner(PLAYBOOK).returncode == 0
    assert estate.play(PLAYBOOK, VAULT_TOKEN=CANARY).returncode == 0


def test_a_wrapped_secret_id_is_opened_once_for_all_hosts_of_a_job(estate: Estate, job: str) -> None:
    _give(estate, job)
    before = estate.server.accessors()
    played, reads = estate.reads_of(lambda: estate.runner(PLAYBOOK))
    assert played.returncode == 0, played.output
    assert reads.count == HOSTS * PATHS
    assert set(json.loads(Path(job).read_text())) == {"role_id", "secret_id"}
    assert Path(job).stat().st_mode & 0o777 == 0o600
    assert set(estate.server.accessors()) <= set(before)
    again, reads = estate.reads_of(lambda: estate.runner(PLAYBOOK))
    assert again.returncode == 0, again.output
    assert reads == Reads(HOSTS * PATHS, HOSTS * PATHS, 0)


@pytest.mark.parametrize("session", ("inline", "login"))
def test_hosts_that_come_at_once_open_it_once_whoever_reads_for_them(
    server: Server, estate: Estate, tmp_path: Path, session: str
) -> None:
    """By the reader of the run, and where each fork has a token of its own."""
    role = json.loads(Path(server.approle("forks", f"{POLICY}{REVOKE}")).read_text())
    wrapped = _wrapped(server, "auth/approle/role/forks/secret-id")
    _give(estate, _file(tmp_path, {"role_id": role["role_id"], "wrapped_secret_id": wrapped}), session=session)
    estate.write()
    before = len(server.requests_for("sys/wrapping/unwrap"))
    played, reads = estate.reads_of(lambda: estate.play(PLAYBOOK, "--forks=5"))
    assert played.returncode == 0, played.output
    assert reads == Reads(HOSTS * PATHS, HOSTS * PATHS, 0)
    assert len(server.requests_for("sys/wrapping/unwrap")) - before == 1


@pytest.mark.parametrize(("session", "judged"), (("inline", 1), ("login", HOSTS)))
def test_a_lookup_refuses_a_credential_that_is_too_broad(
    server: Server, estate: Estate, session: str, judged: int
) -> None:
    _give(estate, server.approle("broad-reader", f'path "*" {{ capabilities = ["read"] }}\n{REVOKE}'), session=session)
    estate.write()
    before = len(server.requests_for("sys/capabilities-self"))
    played, reads = estate.reads_of(lambda: estate.play(PLAYBOOK, "--forks=5"))
    assert played.returncode != 0
    assert "the credential is too broad, it has read on every path" in " ".join(played.output.split())
    assert reads == Reads(0, 0, 0)
    assert len(server.requests_for("sys/capabilities-self")) - before == judged


def test_a_wrapping_that_was_opened_before_is_an_alarm(server: Server, job: str) -> None:
    stolen = json.loads(Path(job).read_text())["wrapped_secret_id"]
    server.call("POST", "sys/wrapping/unwrap", {"token": stolen})
    with pytest.raises(CredentialsFileError, match="was opened already or has expired") as failure:
        unwrap_secret_id(settings(server), job)
    assert stolen not in str(failure.value)
    assert "wrapped_secret_id" in json.loads(Path(job).read_text())


def test_a_wrapping_around_another_thing_is_refused_unopened(server: Server, tmp_path: Path) -> None:
    token = _wrapped(server, "sys/wrapping/wrap")
    file = _file(tmp_path, {"role_id": "r", "wrapped_secret_id": token})
    with pytest.raises(CredentialsFileError, match="was not made by auth/approle/role/<role>/secret-id"):
        unwrap_secret_id(settings(server), file)
    assert server.call("POST", "sys/wrapping/lookup", {"token": token})["data"]["creation_path"] == "sys/wrapping/wrap"


@pytest.mark.parametrize("document", ({"role_id": "r", "secret_id": "s"}, {"other": "x"}))
def test_any_other_file_is_left_alone(server: Server, tmp_path: Path, document: dict[str, Any]) -> None:
    file = _file(tmp_path, document)
    before = len(server.requests_for("sys/wrapping"))
    assert unwrap_secret_id(settings(server), file) is False
    assert json.loads(Path(file).read_text()) == document
    assert len(server.requests_for("sys/wrapping")) == before
