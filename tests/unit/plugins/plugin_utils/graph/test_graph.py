# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a topology: everything that is there, nothing that could run, and always the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph import draw
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.card import WIDTH, card
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.graph import Box, Graph, Kind, Link, Meaning, Place
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.layout import Picture, picture
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.mermaid import mermaid_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.page import graph_page
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.topology_graph import topology_graph
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

from ..topology.base import ROOT
from ..topology.command import run_package

FILE = ROOT / "tests" / "golden" / "graph" / "topology.yml"
#: Text no topology lets through; a picture must not count on that.
HOSTILE = "</title><script>alert(1)</script>\"'`&#35;<!-- ]] end --> {{ 7*7 }}"
ELEMENTS = {"script", "iframe", "object", "embed", "link", "img", "image", "foreignObject", "form", "base", "use"}


def estate(assets: int) -> Graph:
    """A graph with half of the assets on nodes and half in clusters, each with two links."""
    hosts, workloads = range(assets // 2), range(assets // 2, assets)
    scopes = tuple(Box(f"scope-{number}", Kind.SCOPE, f"runtime/pool-{number}", (), ("key",)) for number in range(20))
    nodes = tuple(
        Place(
            f"node-{node}",
            f"node-{node}",
            ("LXC node",),
            tuple(_box(number, Kind.LXC) for number in hosts if number % 5 == node),
        )
        for node in range(5)
    )
    cluster = Place("cluster-lab", "lab", (), tuple(_box(number, Kind.KUBERNETES) for number in workloads))
    links = tuple(
        Link(f"asset-{number}", f"scope-{at % 20}", Meaning.READS)
        for number in range(assets)
        for at in (number, number + 7)
    )
    return Graph("estate", nodes, (Place("scopes", "Secret scopes", (), scopes),), (cluster,), links)


def _box(number: int, kind: Kind) -> Box:
    return Box(f"asset-{number}", kind, f"asset-{number}", ("worker", "10.20.30.11"), ("service",) * (number % 4))


def hostile() -> Graph:
    """A graph in which every text is an attack."""
    box = Box("asset-a", Kind.LXC, HOSTILE, (HOSTILE, HOSTILE), (HOSTILE,))
    scope = Box("scope-1", Kind.SCOPE, HOSTILE, (), (HOSTILE,))
    place = Place("node-a", HOSTILE, (HOSTILE,), (box,))
    return Graph(
        HOSTILE, (place,), (Place("scopes", HOSTILE, (), (scope,)),), (), (Link("asset-a", "scope-1", Meaning.READS),)
    )


class Page(HTMLParser):
    """What a browser would make of a page: its elements, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def rectangles(drawn: Picture) -> Iterator[tuple[float, float, float, float]]:
    for frame in drawn.frames:
        for one in frame.cards:
            yield one.x, one.y, one.x + WIDTH, one.bottom


def test_the_page_names_everything_there_is() -> None:
    page = Page(draw(load_topology(FILE).topology, "html"))
    for name in ("drawn", "pve1", "pve2", "worker-1", "fractalops-worker", "idle", "portal", "forge", "forge-sync"):
        assert name in page.text
    for name in ("runtime/postgres", "integrations/forge", "password@3", "10.20.30.11", "data"):
        assert name in page.text


def test_links_say_who_reads_needs_and_leads_to_what() -> None:
    graph = topology_graph(load_topology(FILE).topology)
    names = {box.id: box.name for box in graph.boxes}
    found = {(names[link.source], link.meaning.value, names[link.target]) for link in graph.links}
    assert {
        ("worker-1", "reads secrets of", "runtime/postgres"),
        ("worker-1", "needs", "postgres"),
        ("worker-1", "needs", "forge"),
        ("forge-sync", "leads to", "forge"),
        ("postgres", "leads to", "postgres"),
    } <= found
    assert ("portal", "needs", "postgres") not in found


def test_the_page_needs_nothing_but_itself() -> None:
    page = draw(load_topology(FILE).topology, "html")
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)", page)
    assert not re.search(r"url\((?!#)|@import", page)
    assert {tag for tag, _attributes in Page(page).elements} & ELEMENTS == set()
    assert "Content-Security-Policy\" content=\"default-src 'none'" in page


def test_the_picture_has_a_title_and_a_description() -> None:
    page = draw(load_topology(FILE).topology, "html")
    found = re.search(r"<svg xmlns.*?</svg>", page, re.DOTALL)
    assert found
    root = ET.fromstring(found[0])
    names = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("aria-labelledby") == "svg-title svg-desc"
    assert names["svg-title"] == "What runs where in drawn"
    assert "2 LXC assets, 1 dependency, 1 connector, 1 integration" in str(names["svg-desc"])


@pytest.mark.parametrize("form", ["html", "mermaid"])
def test_the_same_topology_gives_the_same_bytes_whatever_the_order_of_its_assets(form: str) -> None:
    topology = load_topology(FILE).topology
    turned = topology.model_copy(update={"runtime_assets": dict(reversed(topology.runtime_assets.items()))})
    assert draw(topology, form) == draw(turned, form)


def test_hostile_text_is_only_text_in_the_page() -> None:
    page = Page(graph_page(hostile()))
    assert {tag for tag, _attributes in page.elements} & ELEMENTS == set()
    assert not [name for _tag, attributes in page.elements for name in attributes if name.startswith("on")]
    assert HOSTILE in page.text


def test_hostile_text_is_only_text_in_mermaid() -> None:
    lines = mermaid_text(hostile()).splitlines()
    assert len(lines) == 8
    labels = [line.split('"')[1] for line in lines if '"' in line]
    assert len(labels) == 4
    assert not [label for label in labels if re.search(r"[\"'`&\\]|<(?!br>)", label)]
    assert all(line.count('"') in (0, 2) for line in lines)


@pytest.mark.parametrize("assets", [0, 1, 5, 200])
def test_cards_lie_inside_the_picture_and_never_on_each_other(assets: int) -> None:
    drawn = picture(estate(assets))
    found = sorted(rectangles(drawn))
    assert len(found) == assets + 20
    for number, (left, top, right, bottom) in enumerate(found):
        assert (left > 0) and (top > 0) and (right < drawn.width) and (bottom < drawn.height)
        for other_left, other_top, other_right, other_bottom in found[number + 1 :]:
            assert right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top


@pytest.mark.parametrize("assets", [5, 200])
def test_every_link_is_drawn(assets: int) -> None:
    graph = estate(assets)
    assert tuple(route.link for route in picture(graph).routes) == graph.links


@pytest.mark.parametrize("assets", [5, 200])
def test_no_two_links_leave_a_card_at_the_same_place(assets: int) -> None:
    starts = [route.way.partition(" ")[0] for route in picture(estate(assets)).routes]
    assert len(set(starts)) == len(starts)


def test_a_link_says_in_words_what_it_means() -> None:
    page = draw(load_topology(FILE).topology, "html")
    assert "<title>worker-1 reads secrets of runtime/postgres</title>" in page
    assert "<title>worker-1 needs postgres</title>" in page


def test_a_large_estate_is_a_few_screens_and_not_a_ribbon() -> None:
    drawn = picture(estate(200))
    assert drawn.width < 2600
    assert drawn.height < 6000


def test_the_longest_name_is_shown_whole_on_lines_that_fit() -> None:
    name = "a" * 40 + "-" + "b" * 22
    shown = card(Box("asset-x", Kind.LXC, name, ("r" * 63, "10.20.30.11"), ("s" * 63,)))
    assert "".join(shown.names) == name
    assert max(map(len, shown.names)) <= 23
    assert "".join(shown.details) == "r" * 63 + "10.20.30.11"


def test_the_command_draws_mermaid_unless_asked_for_a_page() -> None:
    assert run_package("graph", FILE).stdout.startswith("flowchart LR\n")
    assert run_package("graph", FILE, "--format", "mermaid").stdout == run_package("graph", FILE).stdout
    assert run_package("graph", FILE, "--format", "html").stdout.startswith("<!DOCTYPE html>\n")


def test_the_command_refuses_another_format_and_an_invalid_topology(tmp_path: Path) -> None:
    assert run_package("graph", FILE, "--format", "png").returncode == 2
    (tmp_path / "topology.yml").write_text("schema_version: 1\n")
    done = run_package("graph", tmp_path / "topology.yml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "profile: is missing" in done.stderr
