# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets given to commands."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.command_line import secret_arguments, secret_lines

TYPED = (
    "export DB_PASSWORD=hunter2hunter2",
    "PGPASSWORD='hunter2 hunter2' psql -h db",
    "DB_PASS=hunter2 ./run",
    "mysql -uroot -phunter2 app",
    "curl -u admin:hunter2 https://host/",
    "curl -s --user 'admin:hunter2' https://host/",
    'curl -H "X-Vault-Token: hunter2hunter2" https://host/',
    'curl -H "Authorization: Bearer hunter2hunter2" https://host/',
    "sshpass -p hunter2 ssh host",
    "bao login hunter2hunter2",
    "vault login -no-print hunter2hunter2",
    "bao operator unseal hunter2hunter2",
    "docker login -u me -p hunter2 registry",
    "redis-cli -a hunter2 ping",
    "./deploy --api-token=hunter2 --fast",
    "./deploy --api-token hunter2 --fast",
    "cd /opt; SECRET_KEY=hunter2 make",
    "echo hunter2 | sudo -S ls",
    "echo root:hunter2 | chpasswd",
    "bao kv put secret/x password=hunter2",
)
HARMLESS = (
    "ls -la",
    "export DB_PASSWORD=$(cat /run/secret)",
    "export DB_PASSWORD=${OTHER}",
    'export DB_PASSWORD="$OTHER"',
    "export DB_PASSWORD=",
    "export DB_PASSWORD_FILE=/run/credentials/x",
    "cat /etc/passwd",
    "vi password.txt",
    "mysql -u root -p app",
    "curl -u admin https://host/",
    'curl -H "X-Vault-Token: $TOKEN" https://host/',
    "bao login -method=oidc",
    "bao kv get secret/x",
    "ssh-keygen -t ed25519 -f key",
    "git log --author=me --pretty=oneline",
    "passwd root",
    "./deploy --token-file /etc/token --fast",
    "cd $PWD",
    "PWD=/root ls",
    "systemctl status key-server",
    "echo hello | wc -l",
    "./x --password-stdin < file",
)


@pytest.mark.parametrize("command", TYPED)
def test_a_secret_that_was_typed_is_found(command: str) -> None:
    assert list(secret_lines(f"ls\n{command}\nls\n".encode())) == [2]


@pytest.mark.parametrize("command", HARMLESS)
def test_a_harmless_command_is_left_alone(command: str) -> None:
    assert list(secret_lines(f"ls\n{command}\nls\n".encode())) == []


def test_arguments_are_counted_from_one() -> None:
    words = [b"/bin/app", b"--verbose", b"--password", b"hunter2", b"--api-key=hunter2", b"DB_PASSWORD=hunter2"]
    assert list(secret_arguments(words)) == [4, 5, 6]
