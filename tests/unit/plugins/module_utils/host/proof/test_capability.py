# SPDX-License-Identifier: GPL-3.0-or-later
"""What lines of CapabilityBoundingSet= mean, as bits."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.capability import (
    EVERY,
    bits,
    declared,
    names,
)


def test_a_capability_is_the_bit_of_its_number() -> None:
    assert bits(["CAP_CHOWN", "cap_net_bind_service", "CAP_CHECKPOINT_RESTORE"]) == 1 | 1 << 10 | 1 << 40


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], EVERY),
        ([""], 0),
        (["~"], EVERY),
        (["CAP_CHOWN"], 1),
        (["CAP_CHOWN", "CAP_KILL"], 1 | 1 << 5),
        (["CAP_CHOWN CAP_KILL", "~CAP_KILL"], 1),
        (["~CAP_CHOWN"], EVERY & ~1),
        (["CAP_CHOWN", ""], 0),
        (["", "CAP_CHOWN"], 1),
    ],
)
def test_lines_add_and_take_away(lines: list[str], wanted: int) -> None:
    assert declared(lines) == wanted


def test_a_set_is_told_by_names_and_what_has_none_by_number() -> None:
    assert names(1 | 1 << 21) == "CAP_CHOWN CAP_SYS_ADMIN"
    assert names(1 << 60) == "0x1000000000000000"
