# SPDX-License-Identifier: GPL-3.0-or-later
"""A wrapped secret_id: opened once, only when it was made for us, and put into the place of its wrapping."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.wrapped_secret_id import unwrap_secret_id
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import CredentialsFileError
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.json_server import Answer, JsonServer

WRAPPED = {"role_id": "r", "wrapped_secret_id": "canary-wrapping"}
LOOKUP, UNWRAP = "/v1/sys/wrapping/lookup", "/v1/sys/wrapping/unwrap"


@dataclass
class Wrapping(JsonServer):
    """One wrapping; ``made_at`` is where it was made, ``content`` what is in it."""

    made_at: object = "auth/approle/role/lab-writer/secret-id"
    content: dict[str, Any] = field(default_factory=lambda: {"secret_id": "canary-secret"})
    gone: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, method: str, url: str, body: dict[str, Any]) -> Answer:
        """What OpenBao says of it."""
        self.asked.append((method, url, body))
        if url in self.gone:
            return 400, {"errors": ["wrapping token is not valid or does not exist"]}
        return 200, {"data": {"creation_path": self.made_at} if url == LOOKUP else self.content}


@pytest.fixture(name="server")
def serve_wrapping() -> Iterator[Wrapping]:
    with Wrapping() as server:
        yield server


@pytest.fixture(name="file")
def write_file(tmp_path: Path) -> Path:
    return written(tmp_path, json.dumps(WRAPPED))


def written(folder: Path, content: str) -> Path:
    file = folder / "credentials"
    file.touch(mode=0o600)
    file.write_text(content)
    return file


def unwrap(server: Wrapping, file: Path, **auth: str) -> bool:
    settings = {"address": server.address, "mount": "secret", "auth": {"method": "approle", **auth}}
    return unwrap_secret_id(settings, str(file))


def test_the_secret_id_takes_the_place_of_its_wrapping(server: Wrapping, file: Path) -> None:
    assert unwrap(server, file)
    assert json.loads(file.read_text()) == {"role_id": "r", "secret_id": "canary-secret"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(file.parent) == ["credentials"]
    assert server.asked == [("POST", LOOKUP, {"token": "canary-wrapping"}), ("POST", UNWRAP, {})]


@pytest.mark.parametrize("content", ['{"role_id": "r", "secret_id": "s"}', "no JSON", '["wrapped_secret_id"]', '"x"'])
def test_a_file_without_a_wrapping_is_left_alone(server: Wrapping, tmp_path: Path, content: str) -> None:
    file = written(tmp_path, content)
    assert not unwrap(server, file)
    assert (file.read_text(), server.asked) == (content, [])


@pytest.mark.parametrize(
    "content",
    [{"wrapped_secret_id": "w"}, WRAPPED | {"secret_id": "s"}, WRAPPED | {"role_id": ""}, WRAPPED | {"role_id": 1}],
)
def test_half_a_wrapped_credential_is_refused(server: Wrapping, tmp_path: Path, content: dict[str, object]) -> None:
    with pytest.raises(CredentialsFileError, match="not a wrapped credential"):
        unwrap(server, written(tmp_path, json.dumps(content)))
    assert server.asked == []


@pytest.mark.parametrize(
    "made_at",
    [
        "auth/token/create",
        "auth/approle/role/lab-writer/secret-id/lookup",
        "auth/approle/role/a/b/secret-id",
        "x/auth/approle/role/lab-writer/secret-id",
        "auth/other/role/lab-writer/secret-id",
        "auth/approle/role//secret-id",
        None,
    ],
)
def test_a_wrapping_that_was_made_elsewhere_is_not_opened(server: Wrapping, file: Path, made_at: str | None) -> None:
    server.made_at = made_at
    with pytest.raises(CredentialsFileError, match=r"was not made by auth/approle/role/<role>/secret-id"):
        unwrap(server, file)
    assert [url for _method, url, _body in server.asked] == [LOOKUP]
    assert json.loads(file.read_text()) == WRAPPED


def test_of_processes_that_come_at_once_one_opens_it_and_all_find_the_secret_id(server: Wrapping, file: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: unwrap(server, file), range(8)))
    assert sorted(opened) == [False] * 7 + [True]
    assert [url for _method, url, _body in server.asked] == [LOOKUP, UNWRAP]
    assert json.loads(file.read_text())["secret_id"] == "canary-secret"


@pytest.mark.parametrize("auth", [{"method": "jwt", "role": "r"}, {"method": "kubernetes", "role": "r"}])
def test_only_an_approle_has_a_wrapping(server: Wrapping, file: Path, auth: dict[str, str]) -> None:
    file.chmod(0o644)
    assert not unwrap(server, file, **auth)
    assert server.asked == []


def test_the_mount_of_the_topology_is_the_one_that_counts(server: Wrapping, file: Path) -> None:
    server.made_at = "auth/own/role/lab-writer/secret-id"
    assert unwrap(server, file, path="own")


@pytest.mark.parametrize("gone", [LOOKUP, UNWRAP])
def test_a_wrapping_that_was_opened_already_is_told(server: Wrapping, file: Path, gone: str) -> None:
    server.gone = {gone}
    with pytest.raises(CredentialsFileError, match="was opened already or has expired"):
        unwrap(server, file)
    assert json.loads(file.read_text()) == WRAPPED
    assert os.listdir(file.parent) == ["credentials"]


@pytest.mark.parametrize("content", [{}, {"secret_id": ""}, {"secret_id": 1}, {"token": "t"}])
def test_a_wrapping_without_a_secret_id_is_told(server: Wrapping, file: Path, content: dict[str, object]) -> None:
    server.content = content
    with pytest.raises(CredentialsFileError, match="there was no secret_id in the wrapping"):
        unwrap(server, file)
    assert os.listdir(file.parent) == ["credentials"]


@pytest.mark.parametrize(("made_at", "gone"), [(None, ""), ("auth/approle/role/a/secret-id", LOOKUP)])
def test_no_message_shows_the_wrapping(server: Wrapping, file: Path, made_at: str | None, gone: str) -> None:
    server.made_at, server.gone = made_at, {gone}
    with pytest.raises(CredentialsFileError) as failure:
        unwrap(server, file)
    assert "canary" not in str(failure.value)
