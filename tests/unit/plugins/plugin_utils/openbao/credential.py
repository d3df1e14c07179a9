# SPDX-License-Identifier: GPL-3.0-or-later
"""An AppRole credential that no server knows, and a client with it."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, connect


def approle_file(folder: Path) -> Path:
    """The credential as a file that only its owner can read."""
    file = folder / "approle"
    file.touch(mode=0o600)
    file.write_text('{"role_id": "canary-role", "secret_id": "canary-secret"}')
    return file


def approle_settings(address: str, **others: object) -> dict[str, object]:
    """Where the server is, and by which method."""
    return {"address": address, "mount": "secret", "auth": {"method": "approle"}, **others}


def approle_client(address: str, folder: Path) -> OpenBao:
    """A client to use in a ``with``."""
    return connect(approle_settings(address), str(approle_file(folder)), deadline_seconds=10)
