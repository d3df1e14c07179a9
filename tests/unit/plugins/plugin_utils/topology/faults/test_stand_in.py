# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins fit every type of the model."""

from __future__ import annotations

import re

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.faults.stand_in import (
    NoStandInError,
    StandIns,
    numbers,
    stand_in_texts,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.kind import KINDS
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import models
from pydantic import BaseModel


@pytest.mark.parametrize("pattern", KINDS, ids=lambda pattern: KINDS[pattern].name)
def test_every_kind_of_text_has_a_stand_in(pattern: str) -> None:
    assert [text for text in stand_in_texts(7) if re.search(pattern, text)]


@pytest.mark.parametrize("version", range(4))
@pytest.mark.parametrize("model", sorted(models(Topology), key=lambda model: model.__name__))
def test_every_model_has_a_sound_stand_in(model: type[BaseModel], version: int) -> None:
    model.model_validate(StandIns(version, numbers(), ["web-1", "db"]).of(model))


def test_no_two_stand_ins_share_a_text() -> None:
    counter = numbers()
    first, second = (StandIns(version, counter, []).of(list[str] | None) for version in (1, 2))
    assert first != second


def test_a_text_that_nothing_fits_is_an_error() -> None:
    with pytest.raises(NoStandInError):
        StandIns(1, numbers(), [])._text("^never$")  # no model has such a pattern
