# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes make what the tools that read it accept, and never the same twice."""

from __future__ import annotations

import importlib
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import nkeys
import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.recipe import (
    InvalidRecipeError,
    MissingLibraryError,
    recipe,
)
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from pyrage import decrypt, encrypt, x25519

CHARACTERS = {
    "letters-digits": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "hex": "0123456789abcdef",
    "base64url": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
}
TLS = {"type": "tls", "common_name": "db.lab.example", "names": ["db", "10.20.30.60"], "valid_days": 3}
PAIRS: tuple[dict[str, Any], ...] = ({"type": "ssh_key"}, {"type": "nkey", "kind": "user"}, {"type": "age"}, TLS)


def _made(data: dict[str, Any], key: str = "k") -> dict[str, str]:
    one = recipe(data)
    secrets = one.make(key)
    assert tuple(secrets) == one.keys(key)
    assert all(type(secret) is Secret for secret in secrets.values())
    return {name: secret.reveal() for name, secret in secrets.items()}


@given(st.integers(16, 256), st.sampled_from(sorted(CHARACTERS)))
def test_a_password_has_its_length_and_only_characters_of_its_alphabet(length: int, alphabet: str) -> None:
    made = _made({"type": "password", "length": length, "alphabet": alphabet}, "password")
    assert set(made) == {"password"}
    assert len(made["password"]) == length
    assert set(made["password"]) <= set(CHARACTERS[alphabet])


@pytest.mark.parametrize("alphabet", CHARACTERS)
def test_a_password_uses_the_whole_alphabet(alphabet: str) -> None:
    """30 passwords of 256 characters miss one of 64 with a chance of 64 * (63/64)^7680, about 10^-51."""
    data = {"type": "password", "length": 256, "alphabet": alphabet}
    assert set("".join(_made(data)["k"] for _ in range(30))) == set(CHARACTERS[alphabet])


@pytest.mark.parametrize("data", [{"type": "password"}, *PAIRS], ids=lambda data: data["type"])
def test_no_recipe_makes_the_same_twice(data: dict[str, Any]) -> None:
    first, second = _made(data), _made(data)
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())


@pytest.mark.parametrize("data", PAIRS, ids=lambda data: data["type"])
def test_a_pair_stands_at_the_key_and_at_its_public_name(data: dict[str, Any]) -> None:
    assert tuple(_made(data, "deploy")) == ("deploy", "deploy_public")


def test_ssh_keygen_derives_the_public_half_from_the_private_one(tmp_path: Path) -> None:
    made = _made({"type": "ssh_key"})
    file = tmp_path / "id"
    file.touch(mode=0o600)
    file.write_text(made["k"])
    derived = subprocess.run(["ssh-keygen", "-y", "-f", str(file)], capture_output=True, text=True, check=True)
    assert derived.stdout.split()[:2] == made["k_public"].split()
    assert made["k_public"].startswith("ssh-ed25519 ")


@pytest.mark.parametrize(("kind", "letter"), [("user", "U"), ("account", "A"), ("operator", "O"), ("server", "N")])
def test_an_nkey_signs_what_its_public_half_names(kind: str, letter: str) -> None:
    made = _made({"type": "nkey", "kind": kind})
    pair = nkeys.from_seed(bytearray(made["k"].encode()))
    assert made["k"].startswith("S" + letter)
    assert made["k_public"].startswith(letter)
    assert len(made["k_public"]) == 56
    assert pair.public_key == made["k_public"].encode()
    assert pair.verify(b"nonce", pair.sign(b"nonce"))
    with pytest.raises(nkeys.ErrInvalidSignature):
        pair.verify(b"another", pair.sign(b"nonce"))


def test_what_is_encrypted_to_an_age_recipient_its_identity_decrypts() -> None:
    made = _made({"type": "age"})
    sealed = encrypt(b"canary", [x25519.Recipient.from_str(made["k_public"])])
    assert decrypt(sealed, [x25519.Identity.from_str(made["k"])]) == b"canary"
    assert made["k"].startswith("AGE-SECRET-KEY-1")


def _shaken(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> str:
    """The protocol two ends agree on in memory. Raises ssl.SSLError."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True))
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return str(ends[0].version())


def _ends(folder: Path, made: dict[str, str]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    (folder / "pair.pem").write_text(made["k"] + made["k_public"])
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(folder / "pair.pem")
    client.load_verify_locations(cadata=made["k_public"])
    return server, client


@pytest.mark.parametrize("name", ["db.lab.example", "db", "10.20.30.60"])
def test_a_tls_pair_serves_every_name_to_who_trusts_its_certificate(tmp_path: Path, name: str) -> None:
    assert _shaken(*_ends(tmp_path, _made(TLS)), name) == "TLSv1.3"


def test_a_tls_pair_serves_no_other_name_and_nobody_who_trusts_another(tmp_path: Path) -> None:
    server, client = _ends(tmp_path, _made(TLS))
    with pytest.raises(ssl.SSLCertVerificationError):
        _shaken(server, client, "other.lab.example")
    other = _ends(tmp_path, _made(TLS))[1]
    with pytest.raises(ssl.SSLCertVerificationError):
        _shaken(server, other, "db.lab.example")


def test_a_certificate_is_its_own_chain_and_lives_as_long_as_asked(tmp_path: Path) -> None:
    made = _made(TLS)
    certificate = x509.load_pem_x509_certificate(made["k_public"].encode())
    assert 3 <= (certificate.not_valid_after_utc - certificate.not_valid_before_utc).total_seconds() / 86_400 < 3.1
    file = tmp_path / "certificate.pem"
    file.write_text(made["k_public"])
    verified = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", str(file), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.parametrize(
    ("data", "words"),
    (
        ({}, "choose one of age, nkey, password, ssh_key, tls"),
        ({"type": "rot13"}, "choose one of age"),
        ({"type": "password", "length": 15}, "choose 16 to 256"),
        ({"type": "password", "length": 257}, "choose 16 to 256"),
        ({"type": "password", "length": "many"}, "wrong type"),
        ({"type": "password", "alphabet": "emoji"}, "letters-digits, hex, base64url"),
        ({"type": "password", "size": 32}, "has no field size"),
        ({"type": "nkey", "kind": "curve"}, "user, account, operator, server"),
        ({"type": "tls"}, "a field is missing"),
        ({"type": "tls", "common_name": "a", "valid_days": 0}, "choose 1 to 3650"),
        ({"type": "tls", "common_name": ""}, "1 to 64 characters"),
        ({"type": "tls", "common_name": "ü.example"}, "use ASCII names"),
    ),
)
def test_a_recipe_that_makes_nothing_says_why(data: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRecipeError, match=words):
        recipe(data)


@pytest.mark.parametrize(("kind", "library"), [("age", "pyrage"), ("nkey", "nkeys"), ("ssh_key", "cryptography")])
def test_a_missing_library_is_named_when_it_is_needed_and_not_before(
    monkeypatch: pytest.MonkeyPatch, kind: str, library: str
) -> None:
    package = importlib.import_module(recipe.__module__).__name__
    for module in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"{package}.{kind}", raising=False)
    recipe({"type": "password"})
    with pytest.raises(MissingLibraryError, match=f"'{library}' is missing on the controller"):
        recipe({"type": kind})
