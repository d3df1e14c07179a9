# SPDX-License-Identifier: GPL-3.0-or-later
"""Places in a text."""

from __future__ import annotations

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.hcl.place import Place, Places
from hypothesis import given
from hypothesis import strategies as st


@given(st.text(st.sampled_from("a\n"), max_size=30))
def test_lines_and_columns_lead_back_to_the_character(text: str) -> None:
    places = Places(text)
    found = [places.at(offset) for offset in range(len(text) + 1)]
    assert found == sorted(set(found))
    for offset, (line, column) in enumerate(found):
        assert sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1 == offset
    assert str(Place(3, 5)) == "line 3:5"
