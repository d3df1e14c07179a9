# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule by what it finds, and by what it must leave alone. Values are made here, so that no file holds one."""

from __future__ import annotations

import base64
import hashlib
import random
import uuid
from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.detector import Detector
from ansible_collections.fractalops.infra.plugins.module_utils.audit.known_value import KnownValues
from ansible_collections.fractalops.infra.plugins.module_utils.audit.rule import KEYWORD_VALUE, SHAPES
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import ciphertext

CHANCE = random.Random(7)
DETECTOR = Detector(KnownValues({}))
UPPER, LOWER, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"


def some(alphabet: str, count: int) -> str:
    return "".join(CHANCE.choice(alphabet) for _ in range(count))


def mixed(count: int) -> str:
    """Letters and digits by turns."""
    return "".join(CHANCE.choice(UPPER + LOWER) + CHANCE.choice(DIGITS) for _ in range(count))[:count]


def rules(text: str) -> set[str]:
    return {hit.rule for hit in DETECTOR.hits(text.encode())}


BODY = base64.b64encode(bytes(range(48))).decode()
FOUND = {
    "private-key": (
        f"-----BEGIN PRIVATE KEY-----\n{BODY}\n",
        f"-----BEGIN OPENSSH PRIVATE KEY-----\r\n{BODY}\r\n",
        f"key: |\n    -----BEGIN EC PRIVATE KEY-----\n    {BODY}\n",
        f'"-----BEGIN RSA PRIVATE KEY-----\\n{BODY}\\n"',
        f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{BODY}\n",
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{BODY}\n",
    ),
    "openbao-token": (
        f"hvs.{mixed(24)}",
        f"X-Vault-Token: hvb.{mixed(90)}",
        f"(s.{mixed(24)})",
        f"token=s.{mixed(24)}.",
        f"hvr.{mixed(24)}\n",
    ),
    "aws-key": (f"AKIA{some(UPPER + '234567', 16)}", f"id='ASIA{some(UPPER + '234567', 16)}'"),
    "age-key": (f"AGE-SECRET-KEY-1{some(UPPER + DIGITS, 58)}",),
    "nkey-seed": (f"SU{some(UPPER + '234567', 56)}", f"seed:SA{some(UPPER + '234567', 56)};"),
    "github-token": (f"ghp_{mixed(36)}", f"github_pat_{mixed(60)}"),
    "gitlab-token": (f"glpat-{mixed(20)}",),
    "slack-token": (
        f"xoxb-{mixed(20)}",
        f"https://hooks.slack.com/services/T{mixed(8).upper()}/B{mixed(8).upper()}/{mixed(24)}",
    ),
    "google-key": (f"AIza{mixed(35)}",),
    "stripe-key": (f"sk_live_{mixed(24)}",),
    "jwt": (f"Bearer eyJ{mixed(20)}.eyJ{mixed(40)}.{mixed(30)}",),
    "url-password": (
        f"postgres://app:{mixed(9)}@db/app",
        f"redis://:{mixed(9)}@10.77.0.1:6379",
        f"https://u:{mixed(9)}@${{HOST}}/",
    ),
    KEYWORD_VALUE: (
        f"password = {mixed(12)}",
        f'"db_password": "{mixed(16)}"',
        "PASSWORD='Sommer-2024!x'",
        f"client_secret: {mixed(32)}",
        f'{{\\"token\\": \\"{mixed(24)}\\"}}',
        f'apiToken := "{hashlib.sha256(b"x").hexdigest()}"',
        f"aws_secret_access_key={mixed(40)}",
        f"secret_id: {hashlib.md5(b'x').hexdigest()[:8]}-1a2b-3c4d-5e6f-{hashlib.md5(b'y').hexdigest()[:12]}",
        f"encryption.key: {mixed(44)}=",
        f"public_api_password: {mixed(16)}",
        f"user_name_secret: {mixed(16)}",
        f"primary-token = {mixed(20)}",
        f"config['password'] = '{mixed(14)}'",
    ),
}
LEFT_ALONE = (
    ciphertext.serialised(
        {f"credentials/app.service/{name}": b"x" for name in ("db-password", "token", "key")}
    ).decode(),
    "-----BEGIN PRIVATE KEY-----\nis how a key starts",
    f"-----BEGIN CERTIFICATE-----\n{BODY}\n",
    f"-----BEGIN PUBLIC KEY-----\n{BODY}\n",
    "the prefix hvs. is that of a token",
    f"xhvs.{mixed(24)}",
    "this.getElementsByTagNameAndMoreOfIt()",
    f"class.{mixed(24)}",
    f"AKIA{some(UPPER, 15)}",
    f"XAKIA{some(UPPER, 16)}",
    "ghp_short",
    "eyJhbGciOiJub25lIn0 alone",
    "https://example.com/path@v2",
    "https://user@example.com/",
    "postgres://app:${PASSWORD}@db/app",
    "postgres://app:***@db/app",
    "postgres://app:{{ password }}@db/app",
    "postgres://user:password@host/db",
    "postgres://app:<password>@db/app",
    "git clone ssh://git@host:2222/x",
    "password = bao://secret/runtime/postgres#password@3",
    "password: /run/credentials/worker.service/db-password",
    "password_file = /etc/fractalops/credentials/db-password1a2b3c4d",
    "password = ${DB_PASSWORD_1A2B3C4D}",
    "password: '{{ lookup_of_1a2b3c4d5e6f }}'",
    "password = get_password_from_vault_v1()",
    "password: changeme-please-1a2b3c",
    "password_encryption = scram-sha-256",
    "token = self.tokens.next_of_the_list",
    "token_ttl: 1h30m15s20ms40us10ns99",
    f"public_key = {mixed(44)}",
    f"key_id: {mixed(24)}",
    f"cache-key: {mixed(40)}",
    "key: 6f1ed002-ab5f-4a1b-9c6e-3c0f4a6b1c2d",
    "secret_name: my-secret-name-of-2024-in-the-cluster-1",
    "tokenizer = BertTokenizerFast-v2-1a2b3c4d",
    f"monkey: {mixed(30)}",
    f"sha256:{hashlib.sha256(b'z').hexdigest()}",
    f'"integrity": "sha512-{mixed(80)}=="',
    "LoadCredentialEncrypted=db-password:/etc/fractalops/generations/3f1c9a0be2d45577/credentials/x/db-password",
    '"dropin": "LoadCredentialEncrypted=db-password:\\u001ageneration\\u001a/credentials/x.service/db-password\\n"',
    "key = base64.urlsafe_b64decode(x1)",
    "nid_key = self._lib.NID_pbe_WithSHA1And3_Key_TripleDES_CBC",
    "private_key: ed25519.Ed25519PrivateKey, x",
    "$newpwd = Win32::GetFullPathName($newdir);",
    "token_created: 2026-11-20T10:02:11Z",
    "Password authentication was disabled in version 10.2.33.4a",
)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FOUND.items() for text in texts])
def test_a_secret_is_found_by_its_rule(rule: str, text: str) -> None:
    assert rule in rules(text)
    assert rule in rules("x " * 50 + "\n\t" + text + "\n" + "y\n" * 20)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert rules(text) == set()
    assert rules(f"before\n  {text}\nafter\n") == set()


@pytest.mark.parametrize(
    "made",
    (
        lambda: CHANCE.randbytes(8).hex(),
        lambda: CHANCE.randbytes(16).hex(),
        lambda: CHANCE.randbytes(32).hex(),
        lambda: base64.b64encode(CHANCE.randbytes(24)).decode(),
        lambda: base64.urlsafe_b64encode(CHANCE.randbytes(32)).decode().strip("="),
        lambda: some(UPPER + LOWER + DIGITS, 20),
        lambda: str(uuid.UUID(bytes=CHANCE.randbytes(16))),
    ),
)
def test_nearly_every_random_text_is_found_beside_a_keyword(made: Callable[[], str]) -> None:
    found = sum(KEYWORD_VALUE in rules(f"client_secret: {made()}\n") for _ in range(1000))
    assert found >= 930


def test_every_shape_has_its_cases() -> None:
    assert set(FOUND) == {*SHAPES, KEYWORD_VALUE}


def test_a_hit_stands_where_the_secret_starts() -> None:
    content = f"one\ntwo AKIA{some(UPPER, 16)}\n".encode()
    assert [(hit.at, hit.rule) for hit in DETECTOR.hits(content)] == [(8, "aws-key")]


@pytest.mark.parametrize(
    "content",
    (
        b"",
        b"\n" * 10,
        bytes(range(256)) * 20,
        b"password=" * 5000,
        b"-----BEGIN " * 5000,
        b"://" * 5000,
        b"eyJ" * 5000,
        b"://a:" * 3000,
    ),
)
def test_any_bytes_get_an_answer_at_once(content: bytes) -> None:
    assert DETECTOR.hits(content) == []
