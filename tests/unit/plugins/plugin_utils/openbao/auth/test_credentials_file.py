# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials file must be one that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth import auth_method
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.credentials_file import (
    MAX_BYTES,
    read_credentials,
    read_projected_token,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    ConnectionSettingsError,
    CredentialsFileError,
)

CANARY = "canary-8f14e45f"


def _file(tmp_path: Path, content: str = CANARY, mode: int = 0o600) -> Path:
    file = tmp_path / "credentials"
    file.write_text(content)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("mode", (0o600, 0o400))
def test_a_private_file_is_read(tmp_path: Path, mode: int) -> None:
    assert read_credentials(str(_file(tmp_path, f"{CANARY}\n", mode))) == CANARY


@pytest.mark.parametrize("mode", (0o640, 0o604, 0o644, 0o700, 0o4600))
def test_a_file_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(CredentialsFileError, match=f"mode is {mode:04o}"):
        read_credentials(str(_file(tmp_path, mode=mode)))


def test_a_symlink_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(_file(tmp_path))
    with pytest.raises(CredentialsFileError, match="symbolic links"):
        read_credentials(str(link))


def test_a_second_link_is_refused(tmp_path: Path) -> None:
    file = _file(tmp_path)
    os.link(file, tmp_path / "second")
    with pytest.raises(CredentialsFileError, match="2 links"):
        read_credentials(str(file))


def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo", 0o600)
    with pytest.raises(CredentialsFileError, match="not a regular file"):
        read_credentials(str(tmp_path / "fifo"))


def test_a_folder_a_missing_file_and_a_bad_path_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CredentialsFileError):
            read_credentials(str(path))
    with pytest.raises(CredentialsFileError, match="not a path"):
        read_credentials("a\0b")


@pytest.mark.parametrize(
    "content", ("", "  \n", "kanári", "x" * (MAX_BYTES + 1)), ids=["empty", "blank", "text", "huge"]
)
def test_content_that_is_no_credential_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(CredentialsFileError):
        read_credentials(str(_file(tmp_path, content)))


@pytest.mark.parametrize(
    "content",
    (
        CANARY,
        f'["{CANARY}"]',
        f'{{"role_id": "{CANARY}"}}',
        f'{{"role_id": "{CANARY}", "secret_id": 5}}',
        f'{{"role_id": "{CANARY}", "secret_id": ""}}',
        f'{{"role_id": "a", "secret_id": "b", "token": "{CANARY}"}}',
    ),
)
def test_what_is_no_approle_credential_is_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    with pytest.raises(CredentialsFileError, match="not an AppRole credential") as refusal:
        auth_method({"method": "approle"}, str(_file(tmp_path, content)))
    assert CANARY not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


def test_a_token_of_two_lines_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(CredentialsFileError, match="not a token") as refusal:
        auth_method({"method": "token_file"}, str(_file(tmp_path, f"{CANARY}\nX-Other: header")))
    assert CANARY not in str(refusal.value)


def _projected(tmp_path: Path, mode: int = 0o644) -> str:
    """The file as a kubelet lays it out: a link to a link to a folder that is swapped."""
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "token").write_text(CANARY)
    (tmp_path / "..2026" / "token").chmod(mode)
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "token").symlink_to("..data/token")
    return str(tmp_path / "token")


@pytest.mark.parametrize("mode", (0o644, 0o640, 0o600, 0o444))
def test_a_projected_token_is_read_through_its_links(tmp_path: Path, mode: int) -> None:
    assert read_projected_token(_projected(tmp_path, mode)) == CANARY


@pytest.mark.parametrize("mode", (0o664, 0o646, 0o666))
def test_a_projected_token_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(CredentialsFileError, match=f"mode is {mode:04o}"):
        read_projected_token(_projected(tmp_path, mode))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_projected_token_of_somebody_else_is_refused(tmp_path: Path) -> None:
    token = _projected(tmp_path)
    os.chown(token, 12345, 12345)
    with pytest.raises(CredentialsFileError, match="owned by uid 12345"):
        read_projected_token(token)


def test_a_projected_token_that_is_a_fifo_or_absent_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo", 0o600)
    with pytest.raises(CredentialsFileError, match="not a regular file"):
        read_projected_token(str(tmp_path / "fifo"))
    with pytest.raises(CredentialsFileError, match="No such file"):
        read_projected_token(str(tmp_path / "none"))


def test_an_unknown_method_and_a_path_out_of_auth_are_refused(tmp_path: Path) -> None:
    file = str(_file(tmp_path, '{"role_id": "a", "secret_id": "b"}'))
    with pytest.raises(ConnectionSettingsError, match="approle, jwt, kubernetes, token_file"):
        auth_method({"method": "userpass"}, file)
    with pytest.raises(ConnectionSettingsError, match="not the name of an auth mount"):
        auth_method({"method": "approle", "path": "../sys"}, file)
