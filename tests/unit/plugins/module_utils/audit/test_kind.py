# SPDX-License-Identifier: GPL-3.0-or-later
"""Files by their names: no way of writing an env file goes unseen."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.kind import Kind, is_private, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (".env", Kind.ENV),
        ("app.env", Kind.ENV),
        (".env.production", Kind.ENV),
        (".env.LOCAL_2-a", Kind.ENV),
        (".envrc", Kind.ENV),
        (".env.example", Kind.PLAIN),
        ("app.env.j2", Kind.PLAIN),
        (".environment", Kind.PLAIN),
        ("env", Kind.PLAIN),
        ("environ.envy", Kind.PLAIN),
        (".bash_history", Kind.HISTORY),
        (".python_history", Kind.HISTORY),
        ("history", Kind.PLAIN),
        (".vault-token", Kind.CREDENTIAL),
        (".pgpass", Kind.CREDENTIAL),
        ("pgpass", Kind.PLAIN),
        ("systemd/system/api.service", Kind.UNIT),
        ("systemd/system/api.service.d/10-own.conf", Kind.UNIT),
        ("systemd/system.conf", Kind.UNIT),
        ("system/api.service", Kind.PLAIN),
        ("systemd/system/api.service.bak", Kind.PLAIN),
    ],
)
def test_a_file_is_known_by_its_name_wherever_it_lies(name: str, kind: Kind) -> None:
    for folder in ("", "/", "/opt/app/", "/home/a.b/"):
        assert kind_of(f"{folder}{name}".encode()) is kind


@pytest.mark.parametrize("folder", ["/opt/.env/", "/opt/app.env/"])
def test_the_name_of_a_folder_is_not_the_name_of_the_file(folder: str) -> None:
    assert kind_of(f"{folder}readme".encode()) is Kind.PLAIN


@pytest.mark.parametrize("kind", Kind)
def test_files_of_secrets_are_private_by_their_kind(kind: Kind) -> None:
    assert is_private(b"/opt/x", kind) == (kind in {Kind.ENV, Kind.HISTORY, Kind.CREDENTIAL})


@pytest.mark.parametrize(
    ("path", "is_secret"),
    [
        ("/etc/shadow", True),
        ("/etc/gshadow-", True),
        ("/etc/passwd", False),
        ("/etc/ssh/ssh_host_ed25519_key", True),
        ("/etc/ssh/ssh_host_ed25519_key.pub", False),
        ("/root/.ssh/id_ed25519", True),
        ("/root/.ssh/id_ed25519.pub", False),
        ("/etc/fractalops/generations/1/credentials/api/key", True),
        ("/srv/etc/shadow", False),
        ("/opt/x.p12", True),
    ],
)
def test_files_of_the_system_are_private_by_their_place(path: str, *, is_secret: bool) -> None:
    assert is_private(path.encode(), Kind.PLAIN) is is_secret
