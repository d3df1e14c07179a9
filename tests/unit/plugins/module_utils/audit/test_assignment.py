# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are those of secrets, and which values beside them are secrets."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.assignment import is_named_secret, names_secret

SECRETS = (
    "PASSWORD DB_PASSWORD db.password PGPASSWORD MYSQL_PWD PASSPHRASE API_TOKEN SECRET SECRET_KEY_BASE CLIENT_SECRET "
    "AWS_SECRET_ACCESS_KEY SECRET_ID API_KEY APIKEY api-key ENCRYPTION_KEY DB_PASS PUBLISHER_PASSWORD "
    "PRIMARY_DB_PASSWORD USER_NAME_PASSWORD INDEX_TOKEN KEYCLOAK_ADMIN_PASSWORD CREDENTIAL KEY PASSWORD1"
).split()
OTHERS = (
    "PATH PWD OLDPWD HOME USER PASSWORD_FILE DB_PASSWORD_PATH CREDENTIALS_DIRECTORY TOKEN_TTL TOKEN_URL SECRET_NAME "
    "PUBLIC_KEY SSH_PUBLIC_KEY KEY_ID AWS_ACCESS_KEY_ID KEYRING KEYMAP MONKEY KEYBOARD TOKENIZERS_PARALLELISM "
    "PASSWORD_ENCRYPTION PASSWORD_MIN_LENGTH COMPASS BYPASS INVOCATION_ID"
).split()


@pytest.mark.parametrize("name", SECRETS)
def test_names_of_secrets(name: str) -> None:
    assert names_secret(name.encode())


@pytest.mark.parametrize("name", OTHERS)
def test_other_names(name: str) -> None:
    assert not names_secret(name.encode())


@pytest.mark.parametrize(
    ("value", "is_one"),
    (
        ("hunter2", True),
        ("'with spaces'", True),
        ("!Pa55", True),
        ("", False),
        ('""', False),
        ("true", False),
        ("1234567", False),
        ("${OTHER}", False),
        ("$(cat x)", False),
        ("/run/credentials/x", False),
        ("bao://secret/a#b", False),
        ("{{ secret }}", False),
        ("changeme", False),
        ("<password>", False),
        ("********", False),
    ),
)
def test_a_value_beside_such_a_name(value: str, is_one: bool) -> None:  # noqa: FBT001  a column of the table
    assert is_named_secret(b"DB_PASSWORD", value.encode()) is is_one
