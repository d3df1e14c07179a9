# SPDX-License-Identifier: GPL-3.0-or-later
"""The graph as one HTML page: a picture, and the same in words, which come first on a phone.

Pointing at a card, reaching it with the keyboard or tapping it leaves only its links, and each kind of link can be
taken away; that is done in CSS.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from ..report.html_page import html_page
from .graph import Box, Graph, Kind, Meaning, Place
from .layout import picture
from .svg import summary, svg

_STYLE = Path(__file__).with_name("page.css")
_CHOSEN = ":is(:hover, :focus, :target)"
_COLUMNS = ("What", "Holds", "Needs", "Reads secrets of", "Leads to")
_HEADING = '<th scope="col">{}</th>'


def graph_page(graph: Graph) -> str:
    """The whole page; every text of the topology is escaped."""
    title = f"Topology {graph.profile}"
    style = _STYLE.read_text(encoding="utf-8") + _highlights(graph)
    return html_page(title, style, _body(graph, title))


def _body(graph: Graph, title: str) -> Iterator[str]:
    yield f"<header><h1>{escape(title)}</h1>"
    yield f"<p>{escape(summary(graph))}.</p>"
    yield '<p class="ways"><a href="#words">In words</a> <a href="#picture">As a picture</a></p></header>'
    yield '<main><section class="drawn" id="picture"><h2>Picture</h2>'
    yield f"{_legend(graph)}"
    yield f'<figure tabindex="0" role="region" aria-label="Picture">\n{svg(picture(graph))}</figure></section>'
    yield '<section class="words" id="words"><h2>In words</h2>'
    yield from (line for place in graph.places for line in _table(place, graph))
    yield "</section></main>"


def _highlights(graph: Graph) -> str:
    """While a card is chosen, links that are not its own fade."""
    chosen = ", ".join(f"figure:has(#{box.id}{_CHOSEN}) .of-{box.id}" for box in graph.boxes)
    return (
        f"figure:has(.card{_CHOSEN}) .link {{ opacity: .07; }}\n"
        f"{chosen} {{ opacity: 1 !important; stroke-width: 2.2; }}\n"
    )


def _legend(graph: Graph) -> str:
    kinds = {box.kind for box in graph.boxes}
    meanings = {link.meaning for link in graph.links}
    boxes = [
        f'<li class="{kind.name.lower()}"><span class="swatch"></span>{kind.value}</li>'
        for kind in Kind
        if kind in kinds
    ]
    links = [_switch(meaning) for meaning in Meaning if meaning in meanings]
    help_text = 'Point at a card, or tap it, to see only its links. <a href="#picture">All links</a>'
    return f'<ul class="legend">{"".join(boxes)}</ul><ul class="legend">{"".join(links)}<li>{help_text}</li></ul>'


def _switch(meaning: Meaning) -> str:
    """How links of one meaning look, and whether they are shown."""
    kind = meaning.name.lower()
    line = f'<path class="link {kind}" d="M0,5 L44,5" marker-end="url(#arrow-{kind})"/>'
    return (
        f'<li><label><input type="checkbox" id="show-{kind}" checked>'
        f'<svg aria-hidden="true">{line}</svg>{meaning.value}</label></li>'
    )


def _table(place: Place, graph: Graph) -> Iterator[str]:
    """One row per box of a place, and the columns that say something of any of them."""
    told = [_cells(box, graph) for box in place.boxes]
    labels = [label for label in _COLUMNS if any(cells[label] for cells in told)]
    yield f"<h3>{escape(place.name)} <small>{escape(' · '.join(place.details))}</small></h3>"
    yield f"<table><thead><tr>{''.join(map(_HEADING.format, ('Name', *labels)))}</tr></thead><tbody>"
    for box, cells in zip(place.boxes, told, strict=True):
        yield _row(box, {label: cells[label] for label in labels})
    yield "</tbody></table>"


def _cells(box: Box, graph: Graph) -> dict[str, str]:
    """What there is to say about a box, by column."""
    names = {other.id: other.name for other in graph.boxes}
    ends = {
        meaning: [names[link.target] for link in graph.links if link.source == box.id and link.meaning is meaning]
        for meaning in Meaning
    }
    found = (box.details, box.entries, ends[Meaning.NEEDS], ends[Meaning.READS], ends[Meaning.LEADS_TO])
    return {label: ", ".join(texts) for label, texts in zip(_COLUMNS, found, strict=True)}


def _row(box: Box, cells: dict[str, str]) -> str:
    told = "".join(f'<td data-label="{label}">{escape(cell)}</td>' for label, cell in cells.items())
    return f'<tr><th scope="row"><a href="#{box.id}">{escape(box.name)}</a></th>{told}</tr>'
