# SPDX-License-Identifier: GPL-3.0-or-later
"""The graph as Mermaid text, for Markdown that renders it.

Source: https://mermaid.js.org/syntax/flowchart.html (ids, quoted labels, entity codes in labels).
"""

from __future__ import annotations

from collections.abc import Iterator

from .graph import Box, Graph, Kind, Meaning, Place

_ARROWS = {Meaning.READS: "-.->", Meaning.NEEDS: "-->", Meaning.LEADS_TO: "==>"}
#: Opening and closing of a node's shape.
_SHAPES = {
    Kind.LXC: ("[", "]"),
    Kind.KUBERNETES: ("(", ")"),
    Kind.INTEGRATION: ("{{", "}}"),
    Kind.DEPENDENCY: ("[[", "]]"),
    Kind.CONNECTOR: ("([", "])"),
    Kind.SECTION: (">", "]"),
    Kind.SCOPE: ("[(", ")]"),
}
#: Everything else in a label is literal; a # could start an entity code, a ` Markdown, a < a tag.
_LITERAL = str.maketrans({letter: f"#{ord(letter)};" for letter in "#\"'`<>&;\\"})


def mermaid_text(graph: Graph) -> str:
    """A flowchart from left to right: a subgraph per place, a node per box, an arrow per link."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield "flowchart LR"
    for place in graph.places:
        yield from _subgraph(place)
    for link in graph.links:
        yield f"  {_id(link.source)} {_ARROWS[link.meaning]} {_id(link.target)}"


def _subgraph(place: Place) -> Iterator[str]:
    yield f"  subgraph {_id(place.id)}[{_label(place.name, *_joined(place.details))}]"
    for box in place.boxes:
        opening, closing = _SHAPES[box.kind]
        yield f"    {_id(box.id)}{opening}{_label(*_words(box))}{closing}"
    yield "  end"


def _words(box: Box) -> Iterator[str]:
    yield box.name
    yield from _joined(box.details)
    if box.entries:
        yield ", ".join(box.entries)


def _joined(details: tuple[str, ...]) -> Iterator[str]:
    if details:
        yield " · ".join(details)


def _label(*lines: str) -> str:
    return '"' + "<br>".join(line.translate(_LITERAL) for line in lines) + '"'


def _id(name: str) -> str:
    """Ids hold no ``_``, so none becomes another's; a - could be taken for an arrow."""
    return name.replace("-", "_")
