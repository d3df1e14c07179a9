# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture as SVG. Colours are classes; the page around it says what they look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape

from .card import LINE_HEIGHT, NAME_HEIGHT, PADDING, WIDTH, Card
from .frame import Frame
from .graph import Graph, Kind, Meaning
from .layout import Picture
from .route import Route

#: From here on links are drawn fainter, so that cards stay what is seen first.
_MANY_LINKS = 100
#: What stands at the end of a link, by what it means: shapes, so that nobody needs colours to tell them apart.
_HEADS = {
    Meaning.NEEDS: "M0,0.5 L8,4 L0,7.5 z",
    Meaning.READS: "M1,4 a3,3 0 1,0 6,0 a3,3 0 1,0 -6,0 z",
    Meaning.LEADS_TO: "M1,0.5 L7.5,4 L1,7.5",
}
_MARKERS = "".join(
    f'<marker id="arrow-{meaning.name.lower()}" class="arrow {meaning.name.lower()}"'
    ' viewBox="0 0 8 8" refX="7.5" refY="4"'
    ' markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
    f'<path d="{head}"/></marker>'
    for meaning, head in _HEADS.items()
)


def svg(picture: Picture) -> str:
    """One ``<svg>`` element; links are drawn first, so that cards stand on them."""
    return "\n".join(_lines(picture)) + "\n"


def summary(graph: Graph) -> str:
    """What there is, in one sentence: ``5 LXC assets, 8 Kubernetes assets, …``."""
    counts = Counter(box.kind for box in graph.boxes)
    return ", ".join(f"{count} {_counted(kind, count)}" for kind, count in counts.items())


def _counted(kind: Kind, count: int) -> str:
    plural = f"{kind.value.removesuffix('y')}ies" if kind.value.endswith("y") else f"{kind.value}s"
    return kind.value if count == 1 else plural


def _lines(picture: Picture) -> Iterator[str]:
    width, height = f"{picture.width:g}", f"{picture.height:g}"
    density = "dense" if len(picture.routes) > _MANY_LINKS else "sparse"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{density}" role="group" aria-labelledby="svg-title svg-desc"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    )
    yield f'<title id="svg-title">What runs where in {escape(picture.graph.profile)}</title>'
    yield (
        f'<desc id="svg-desc">{escape(summary(picture.graph))}. Hosts stand left, clusters right, and between them'
        " what they share; lines lead to what each needs and reads. The lists say the same in words.</desc>"
    )
    yield f"<defs>{_MARKERS}</defs>"
    yield from (_frame(frame) for frame in picture.frames)
    names = {box.id: box.name for box in picture.graph.boxes}
    yield from (_link(route, names) for route in picture.routes)
    yield from (_card(card) for frame in picture.frames for card in frame.cards)
    yield "</svg>"


def _frame(frame: Frame) -> str:
    names, details = frame.heading
    text = _text([("frame-name", NAME_HEIGHT, line) for line in names], frame.x + PADDING + 3, frame.y + PADDING + 14)
    below = frame.y + PADDING + 14 + NAME_HEIGHT * len(names)
    text += _text([("detail", NAME_HEIGHT, line) for line in details], frame.x + PADDING + 3, below)
    height = frame.bottom - frame.y
    return f'<g class="frame">{_rectangle(frame.x, frame.y, frame.width, height, 12)}{text}</g>'


def _link(route: Route, names: Mapping[str, str]) -> str:
    kind = route.link.meaning.name.lower()
    end = "start" if route.starts_at_target else "end"
    return (
        f'<path class="link {kind} of-{route.link.source} of-{route.link.target}"'
        f' marker-{end}="url(#arrow-{kind})" d="{route.way}"><title>{escape(_words(route, names))}</title></path>'
    )


def _words(route: Route, names: Mapping[str, str]) -> str:
    return f"{names[route.link.source]} {route.link.meaning.value} {names[route.link.target]}"


def _card(card: Card) -> str:
    box = card.box
    lines = [("name", NAME_HEIGHT, line) for line in card.names]
    lines += [("detail", LINE_HEIGHT, line) for line in card.details]
    lines += [("entry", LINE_HEIGHT, line) for line in card.entries]
    text = _text(lines, card.x + PADDING + 3, card.y + PADDING + 12)
    return (
        f'<a class="card {box.kind.name.lower()}" id="{box.id}" href="#{box.id}">'
        f"<title>{escape(f'{box.name}, {box.kind.value}')}</title>"
        f"{_rectangle(card.x, card.y, WIDTH, card.height, 8)}"
        f'<rect class="stripe" x="{card.x:g}" y="{card.y + 8:g}" width="4" height="{card.height - 16:g}"/>{text}</a>'
    )


def _rectangle(x: float, y: float, width: float, height: float, radius: float) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'


def _text(lines: list[tuple[str, int, str]], x: float, y: float) -> str:
    """Lines of text under each other, each with its class and the height it takes."""
    words = ""
    for name, height, line in lines:
        words += f'<text class="{name}" x="{x:g}" y="{y:g}">{escape(line)}</text>'
        y += height
    return words
