# SPDX-License-Identifier: GPL-3.0-or-later
"""Metadata of a secret: what its versions are, and nothing that is not ours to repeat."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import SecretMetadata
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.kv.server_time import time_of

CREATED = "2026-11-21T05:51:30.482927452Z"
ONE = {"created_time": CREATED, "deletion_time": "", "destroyed": False}


def _of(**other: Any) -> SecretMetadata | None:
    data = {"current_version": 2, "oldest_version": 1, "versions": {"1": ONE, "2": ONE}, "cas_required": True}
    return SecretMetadata.of({**data, "custom_metadata": {"owner": "team"}, **other})


def test_metadata_is_typed() -> None:
    metadata = _of(versions={"1": {**ONE, "destroyed": True}, "2": {**ONE, "deletion_time": CREATED}})
    assert metadata is not None
    assert (metadata.current_version, metadata.oldest_version, metadata.cas_required) == (2, 1, True)
    assert metadata.custom == {"owner": "team"}
    assert [(one.version, one.created, one.deleted, one.is_destroyed) for one in metadata.versions.values()] == [
        (1, CREATED, None, True),
        (2, CREATED, CREATED, False),
    ]


def test_a_secret_without_versions_or_custom_metadata_is_fine() -> None:
    metadata = _of(current_version=0, versions={}, custom_metadata=None, cas_required=None)
    assert metadata == SecretMetadata(0, 1, {}, {}, cas_required=False)


@pytest.mark.parametrize(
    "other",
    ({"versions": None}, {"versions": {"x": ONE}}, {"versions": {"1": None}}, {"current_version": "2"}),
)
def test_another_shape_is_none(other: dict[str, Any]) -> None:
    assert _of(**other) is None


@pytest.mark.parametrize("text", (None, 5, "", "canary-8f14e45f", f"{CREATED} canary", "2026-11-21T05:51:30Z\n"))
def test_what_is_no_time_is_not_repeated(text: object) -> None:
    assert time_of(text) == "an unknown time"
