# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of plain-text secrets is read strictly, and no reason to refuse it quotes what is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.imported_secrets import refs_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.values_file import ValuesFileError, read_values

CANARY = "canary-8f14e45f"


def _file(folder: Path, text: str, name: str = "values.yml", mode: int = 0o600) -> str:
    file = folder / name
    file.write_text(text)
    file.chmod(mode)
    return str(file)


@pytest.mark.parametrize(
    ("name", "text"),
    (
        ("values.yml", 'app/db:\n  password: "p"\n  pem: |\n    one\n    two\n'),
        ("values.json", '{"app/db": {"password": "p", "pem": "one\\ntwo\\n"}}'),
    ),
)
def test_paths_keys_and_values_come_out_as_they_stand(tmp_path: Path, name: str, text: str) -> None:
    values = read_values(_file(tmp_path, text, name), "secret")
    revealed = {path: {key: value.reveal() for key, value in keys.items()} for path, keys in values.items()}
    assert revealed == {"app/db": {"password": "p", "pem": "one\ntwo\n"}}
    assert refs_text("secret", values) == (
        '"app/db":\n  "password": "bao://secret/app/db#password"\n  "pem": "bao://secret/app/db#pem"\n'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    (
        ("", "the file is empty"),
        (f"- {CANARY}\n", "does not hold a mapping"),
        (f"app/db: {CANARY}\n", r"secret 1 \(app/db\): needs keys with values"),
        ("app/db: {}\n", "needs keys with values"),
        ("app/db: {port: 5432}\n", "the value of port is not text; quote it"),
        ('app/db: {k: ""}\n', "the value of k is empty"),
        (f'app/db: {{"{CANARY} #": "x"}}\n', "key 1 has other characters"),
        (f'"../{CANARY}": {{k: "x"}}\n', "its path has other characters"),
        (f"app/db:\n  k: {CANARY}\n  k: {CANARY}\n", "values.yml:3:3: the key is given twice"),
        (f"app/db: &{CANARY} {{k: x}}\n", "anchors are not allowed"),
        (f"app/db:\n  k: {CANARY}: [\n", "this is not YAML"),
        (f"{CANARY}: {CANARY}: {CANARY}\n", "this is not YAML"),
    ),
)
def test_what_is_wrong_is_said_without_quoting_the_file(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ValuesFileError, match=words) as refused:
        read_values(_file(tmp_path, text), "secret")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    (
        (f'{{"a/b": {{"k": "{CANARY}"', "line 1 is not JSON"),
        (f'{{"a/b": {{"k": "{CANARY}", "k": "{CANARY}"}}}}', "a key is given twice"),
        ("[]", "holds no secrets"),
    ),
)
def test_json_is_read_as_strictly(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ValuesFileError, match=words) as refused:
        read_values(_file(tmp_path, text, "values.json"), "secret")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(("mode", "words"), [(0o644, "mode is 0644"), (0o700, "mode is 0700"), (0o660, "mode is 0660")])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int, words: str) -> None:
    with pytest.raises(ValuesFileError, match=f"{words}; it must be a regular file of yours"):
        read_values(_file(tmp_path, "a/b: {k: v}\n", mode=mode), "secret")


def test_links_and_pipes_are_refused(tmp_path: Path) -> None:
    file = _file(tmp_path, "a/b: {k: v}\n")
    (tmp_path / "link").symlink_to(file)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ValuesFileError, match="Too many levels of symbolic links"):
        read_values(str(tmp_path / "link"), "secret")
    with pytest.raises(ValuesFileError, match="not a regular file"):
        read_values(str(tmp_path / "pipe"), "secret")
    os.link(file, tmp_path / "second")
    with pytest.raises(ValuesFileError, match="has 2 links"):
        read_values(file, "secret")
    with pytest.raises(ValuesFileError, match="No such file"):
        read_values(str(tmp_path / "none"), "secret")
