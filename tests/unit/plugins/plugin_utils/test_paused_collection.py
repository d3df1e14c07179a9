# SPDX-License-Identifier: GPL-3.0-or-later
"""Garbage collection stops for a while, and is then as it was."""

from __future__ import annotations

import gc

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.paused_collection import paused_collection


def test_nothing_is_collected_meanwhile() -> None:
    with paused_collection():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_goes_on_after_an_error() -> None:
    with pytest.raises(LookupError), paused_collection():
        raise LookupError
    assert gc.isenabled()


def test_a_pause_inside_a_pause_ends_with_the_outer_one() -> None:
    with paused_collection():
        with paused_collection():
            pass
        assert not gc.isenabled()
