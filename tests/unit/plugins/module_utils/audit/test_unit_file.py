# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of units that hold secrets."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.unit_file import environment_files, secret_settings


@pytest.mark.parametrize(
    ("text", "found"),
    (
        ("[Service]\nEnvironment=DB_PASSWORD=hunter2\n", [(2, "unit-environment")]),
        ('[Service]\nEnvironment="A=b" "DB_PASSWORD=hunter2 x"\n', [(2, "unit-environment")]),
        ("[Service]\nEnvironment=A=b \\\n# comment\n  API_TOKEN=hunter2\nUser=x\n", [(2, "unit-environment")]),
        ("[Manager]\nDefaultEnvironment=API_TOKEN=hunter2\n", [(2, "unit-environment")]),
        ("[Service]\nSetCredential=pin:1234\n", [(2, "unit-set-credential")]),
        ("[Service]\nExecStart=/bin/app --password=hunter2\n", [(2, "unit-command")]),
        ("[Service]\nExecStartPre=-/usr/bin/curl -u a:hunter2 http://x\n", [(2, "unit-command")]),
        ("[Service]\nEnvironment=A=b\nEnvironment=\n", []),
        ("[Service]\nEnvironment=DB_PASSWORD_FILE=/x PASSWORD=%d/password TOKEN=${TOKEN}\n", []),
        ("[Service]\n#Environment=DB_PASSWORD=hunter2\n;SetCredential=a:b\n", []),
        ("[Service]\nSetCredential=\nSetCredentialEncrypted=pin:aGVsbG8gaGVsbG8gaGVsbG8=\n", []),
        ("[Service]\nLoadCredential=password:/etc/x\nExecStart=/bin/app --password-file %d/password\n", []),
    ),
)
def test_a_setting_is_judged_by_its_name_and_value(text: str, found: list[tuple[int, str]]) -> None:
    assert list(secret_settings(text.encode())) == found


def test_files_of_variables_are_named() -> None:
    text = b"[Service]\nEnvironmentFile=-/etc/default/app\nEnvironmentFile=/etc/app/*.conf\nEnvironmentFile=\n"
    assert list(environment_files(text)) == [b"/etc/default/app", b"/etc/app/*.conf"]


@pytest.mark.parametrize("text", (b"", b"\\", b"=\n=\n", b"A=\\\n\\\n\\\n", b"\xff\xfe=\xff\n", b"[x\nEnvironment"))
def test_any_text_gets_an_answer(text: bytes) -> None:
    assert list(secret_settings(text)) == []
