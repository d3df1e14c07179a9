# SPDX-License-Identifier: GPL-3.0-or-later
"""How templates of units are read: strictly, with their last line whole, and never from topology text."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import UnitTemplates


def rendered(source: str, **context: object) -> str:
    return UnitTemplates({"service.j2": source}).service(**context)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[Service]\nUser={{ user }}\n", "[Service]\nUser=a&b\n"),
        ("[Service]\nUser={{ user }}", "[Service]\nUser=a&b"),
        ("{% if user %}\nUser={{ user }}\n{% endif %}\n", "User=a&b\n"),
        ("  {% if user %}\nUser={{ user }}\n  {% endif %}\n", "User=a&b\n"),
    ],
)
def test_a_template_gives_its_text_to_the_letter(source: str, text: str) -> None:
    assert rendered(source, user="a&b") == text


def test_topology_text_is_never_a_template() -> None:
    assert rendered("{{ user }}\n", user="{{ 7 * 7 }}") == "{{ 7 * 7 }}\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ nowhere }}", "service.j2: 'nowhere' is undefined; fix the template"),
        ("{{ user.__class__.mro() }}", "service.j2: .*unsafe.; fix the template"),
        ("{% if %}", "unit templates: .*; fix the template"),
    ],
)
def test_a_faulty_template_is_told(source: str, words: str) -> None:
    with pytest.raises(InfraError, match=f"^{words}$"):
        rendered(source, user="a")


def test_a_template_that_is_missing_is_named() -> None:
    with pytest.raises(InfraError, match=r"^unit\.j2: is not among the templates; copy it from the role host"):
        UnitTemplates({"service.j2": ""}).unit()
