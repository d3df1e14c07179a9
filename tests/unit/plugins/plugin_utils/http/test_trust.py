# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a session believes: the CA it is given, else the system's, and nothing from the environment."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.server import Server, ServerSettingsError
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.trust import trust


def _server(ca_file: str | None) -> Server:
    return Server.of("the zone's API", "dns", "https://dns.example", ca_file)


def test_a_ca_file_that_holds_no_ca_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for file in ("empty.pem", "none.pem"):
        with pytest.raises(ServerSettingsError, match=r"^dns\.ca_file: CA .* holds no readable CA in PEM form"):
            trust(_server(str(tmp_path / file)))


def test_chain_and_name_are_always_verified() -> None:
    context = trust(_server(None))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_the_environment_adds_no_ca_and_logs_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert trust(_server(None)).keylog_filename is None
    assert not (tmp_path / "keys").exists()


def test_a_ca_file_is_loaded_once_for_as_long_as_it_stays_the_same(tmp_path: Path) -> None:
    file, system = tmp_path / "ca.pem", Path(ssl.get_default_verify_paths().openssl_cafile)
    file.write_bytes(system.read_bytes())
    first = trust(_server(str(file)))
    assert trust(_server(str(file))) is first
    file.write_bytes(system.read_bytes() + b"# changed")
    assert trust(_server(str(file))) is not first


def test_a_ca_file_that_is_gone_is_refused_although_it_was_loaded(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(Path(ssl.get_default_verify_paths().openssl_cafile).read_bytes())
    trust(_server(str(file)))
    file.unlink()
    with pytest.raises(ServerSettingsError):
        trust(_server(str(file)))
