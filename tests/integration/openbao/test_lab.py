# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's server, on raft and as a user of the collection meets it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import connect, resolve
from ansible_collections.fractalops.infra.tests.lab import openbao as server


@pytest.mark.usefixtures("lab")
def test_every_seeded_secret_resolves_and_no_token_is_left() -> None:
    settings: dict[str, Any] = {
        "address": server.ADDRESS,
        "mount": "secret",
        "ca_file": str(server.CA),
        "auth": {"method": "approle", "path": "approle"},
    }
    seeds = yaml.safe_load(server.SEEDS.read_text())
    refs = [f"bao://secret/{path}#{key}" for path, keys in seeds.items() for key in keys]
    before = server.accessors()
    with connect(settings, str(server.APPROLE)) as openbao:
        resolution = resolve(openbao, refs)
    assert sorted(secret.value.reveal() for secret in resolution.secrets.values()) == sorted(server.markers())
    assert resolution.reads == len(seeds)
    assert server.accessors() == before
