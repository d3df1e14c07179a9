# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret in a topology is found wherever it stands, and never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from .annotated import violations
from .base import VALID, written

# Put together here, so that no scanner mistakes the tests for a leak.
SECRETS = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY----- MIIEowIBAAKCAQEA",
    "an OpenBao token": "hvs." + "CAESIJ" * 5,
    "an AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "an age key": "AGE-SECRET-" + "KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2,
    "a GitHub token": "ghp_" + "aB3dE6gH9j" * 4,
    "a Slack token": "xoxb-" + "123456789012-abcdefghij",
    "a signed token": "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl",
    "a URL with a password": "postgresql://app:" + "swordfish" + "@db/app",
}
SERVICE = '    services: {{{{api: {{{{user: api, exec: ["/bin/true"], hardening: strict, {}}}}}}}}}\n'
PLACES = {
    "a description": SERVICE.format('description: "{}"'),
    "a credential": SERVICE.format('credentials: {{key: "{}"}}'),
    "a command": '    services: {{api: {{user: api, exec: ["/bin/true", "--key={}"], hardening: strict}}}}\n',
    "an unknown key": 'anything: {{deep: [{{inside: "{}"}}]}}\n',
    "a key": '"{}": 1\n',
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_named_but_never_shown(tmp_path: Path, name: str, place: str) -> None:
    found = violations(written(tmp_path, VALID + PLACES[place].format(SECRETS[name])))
    assert any(f"this looks like {name}" in violation for violation in found)
    assert SECRETS[name] not in "\n".join(found)
    assert "swordfish" not in "\n".join(found)


def test_an_escaped_secret_is_found_too(tmp_path: Path) -> None:
    escaped = "".join(f"\\x{ord(letter):02x}" for letter in SECRETS["an AWS access key"])
    found = violations(written(tmp_path, VALID + PLACES["a description"].format(escaped)))
    assert any("this looks like an AWS access key" in violation for violation in found)


@pytest.mark.parametrize(
    "harmless", ["s.example.org", "https://user.example/a@b", "AKIA is a prefix", "hvs.short", "eyJ", "a.b.c:d@e"]
)
def test_ordinary_text_is_no_secret(tmp_path: Path, harmless: str) -> None:
    assert violations(written(tmp_path, VALID + PLACES["a description"].format(harmless))) == []
