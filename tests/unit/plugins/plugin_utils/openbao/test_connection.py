# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection settings: closed, https unless loopback."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.connection import Connection
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import ConnectionSettingsError

AUTH = {"method": "approle", "path": "approle"}


def _of(address: object, **more: object) -> Connection:
    return Connection.of({"address": address, "mount": "secret", "auth": AUTH, **more})


@pytest.mark.parametrize(
    ("address", "host", "port"),
    (
        ("https://bao.example:8200/", "bao.example", 8200),
        ("https://bao.example", "bao.example", 443),
        ("http://127.0.0.1:8200", "127.0.0.1", 8200),
        ("http://localhost", "localhost", 80),
        ("http://[::1]:8200", "::1", 8200),
    ),
)
def test_an_origin_is_taken_apart(address: str, host: str, port: int) -> None:
    connection = _of(address)
    assert (connection.server.host, connection.server.port) == (host, port)
    assert connection.server.address == address.rstrip("/")


@pytest.mark.parametrize("address", ("http://bao.example:8200", "http://10.0.0.1", "http://127.0.0.1.example"))
def test_plain_http_to_another_machine_is_refused(address: str) -> None:
    with pytest.raises(ConnectionSettingsError, match="use https"):
        _of(address)


@pytest.mark.parametrize(
    "address",
    (
        None,
        5,
        "",
        "bao.example:8200",
        "ftp://bao.example",
        "https://",
        "https://user:canary@bao.example",
        "https://bao.example:99999",
        "https://bao.example:x",
        "https://bao.example/v1",
        "https://bao.example?canary",
        "https://[::1",
    ),
)
def test_what_is_no_origin_is_refused(address: object) -> None:
    with pytest.raises(ConnectionSettingsError) as refusal:
        _of(address)
    assert "canary" not in str(refusal.value)


def test_settings_are_closed() -> None:
    with pytest.raises(ConnectionSettingsError, match="unknown setting tls_skip_verify"):
        _of("https://bao.example", tls_skip_verify=True)
    with pytest.raises(ConnectionSettingsError, match=r"openbao\.auth"):
        Connection.of({"address": "https://bao.example", "mount": "secret"})
    with pytest.raises(ConnectionSettingsError, match="must be a string"):
        _of("https://bao.example", ca_file=["a"])
