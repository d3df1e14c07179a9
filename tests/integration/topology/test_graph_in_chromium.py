# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as a browser shows it: seen, readable, quiet, light and dark, on a phone, with 5 assets and with 200."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.integration.topology.browser import DARK, LIGHT
from ansible_collections.fractalops.infra.tests.integration.topology.estate import LONGEST

SIZES = ("golden", "5", "200")
#: Colours of page.css: the page, and the stripe of an LXC asset.
LIGHT_PAGE, LIGHT_LXC = (0xFF, 0xFF, 0xFF), (0x1F, 0x6F, 0xEB)
DARK_PAGE, DARK_LXC = (0x0E, 0x13, 0x1A), (0x6C, 0xA8, 0xFF)
#: Texts that are wider or lower than the card or frame they stand on.
SPILLED = """
[...document.querySelectorAll('.card, .frame')].flatMap(group => {
  const room = group.querySelector('rect').getBBox();
  return [...group.querySelectorAll('text')].filter(text => {
    const box = text.getBBox();
    return box.width == 0 || box.x < room.x || box.x + box.width > room.x + room.width
      || box.y < room.y || box.y + box.height > room.y + room.height;
  }).map(text => text.textContent);
})
"""
SEEN = "[...document.querySelectorAll('.card')].map(card => card.innerText ?? card.textContent).join('\\n')"
#: WCAG 2 contrast of every kind of text against what it stands on; 4.5 is enough to read small text.
CONTRAST = """
(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll('.card, .frame')].flatMap(group => {
    const ground = light(getComputedStyle(group.querySelector('rect')).fill);
    return [...group.querySelectorAll('text')].map(text => {
      const ink = light(getComputedStyle(text).fill);
      return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    });
  }).reduce((least, one) => Math.min(least, one));
})()
"""
#: What somebody sees of an element without scrolling: all of it.
IS_SEEN = """one => {
  const place = one.getBoundingClientRect();
  return place.width > 0 && place.top >= 0 && place.left >= 0
    && place.bottom <= innerHeight && place.right <= innerWidth;
}"""
DESKTOP, PHONE = (1280, 800), (390, 844)
#: How each kind of link in the picture looks; WCAG 2 wants a contrast of 3 for what is no text.
LINES = """
(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = [getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.querySelector('.frame rect')).fill].map(light);
  return ['needs', 'reads', 'leads_to'].map(kind => {
    const link = document.querySelector(`figure path.link.${kind}`), style = getComputedStyle(link);
    const ink = light(style.stroke);
    return {dashes: style.strokeDasharray, colour: style.stroke,
      head: document.querySelector(`#arrow-${kind} path`).getAttribute('d'),
      contrast: Math.min(...grounds.map(ground =>
        (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)))};
  });
})()
"""
OPACITIES = """
[...document.querySelectorAll('figure .link')].map(link =>
  [link.matches('.of-asset-worker-1'), Number(getComputedStyle(link).opacity)])
"""


@pytest.mark.parametrize("name", SIZES)
def test_the_page_is_not_blank_and_shows_its_cards(browser, pages, name):
    colours = browser.look(pages[name], LIGHT).colours()
    ground, most = colours.most_common(1)[0]
    assert ground in {LIGHT_PAGE, (0xF4, 0xF6, 0xF9)}
    assert most < 0.95 * sum(colours.values())
    assert colours[LIGHT_LXC] > 100
    assert len(colours) > 50


def test_a_blank_page_would_be_noticed(browser, tmp_path):
    page = tmp_path / "blank.html"
    page.write_text("<!DOCTYPE html><title>blank</title>")
    assert list(browser.look(page, LIGHT).colours()) == [LIGHT_PAGE]


@pytest.mark.parametrize("name", SIZES)
def test_the_browser_has_nothing_to_complain_about(browser, pages, name):
    assert browser.console(pages[name]) == []


def test_a_complaint_would_be_noticed(browser, tmp_path):
    page = tmp_path / "loud.html"
    page.write_text("<!DOCTYPE html><title>loud</title><script>console.error('loud')</script>")
    assert "loud" in browser.console(page)[0]


@pytest.mark.parametrize("name", SIZES)
def test_every_text_is_whole_inside_its_card(browser, pages, name):
    assert browser.ask(pages[name], SPILLED) == []


def test_every_name_is_seen(browser, pages):
    seen = browser.ask(pages["golden"], SEEN)
    for name in ("worker-1", "idle", "portal", "postgres", "forge", "forge-sync", "runtime/postgres", "password@3"):
        assert name in seen
    assert LONGEST in browser.ask(pages["5"], SEEN).replace("\n", "")


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_the_contrast_that_reading_needs(browser, pages, scheme):
    wanted = "true" if scheme == DARK else "false"
    dark = browser.ask(pages["golden"], "matchMedia('(prefers-color-scheme: dark)').matches", flags=(scheme,))
    assert str(dark).lower() == wanted
    assert browser.ask(pages["golden"], CONTRAST, flags=(scheme,)) >= 4.5


def test_a_dark_screen_gets_a_dark_page(browser, pages):
    seen = browser.look(pages["golden"], DARK)
    assert seen.pixel(2, 2) == DARK_PAGE
    assert seen.colours()[DARK_LXC] > 100
    assert browser.look(pages["golden"], LIGHT).pixel(2, 2) == LIGHT_PAGE


@pytest.mark.parametrize("name", SIZES)
def test_on_a_phone_only_the_picture_scrolls_sideways(browser, pages, name):
    question = """[document.documentElement.scrollWidth <= innerWidth,
      document.querySelector('figure').scrollWidth > innerWidth,
      [...document.querySelectorAll('td')].every(cell => cell.getBoundingClientRect().right <= innerWidth)]"""
    assert browser.ask(pages[name], question, size=(390, 844)) == [True, True, True]


@pytest.mark.parametrize("name", SIZES)
def test_the_first_screen_of_a_desktop_shows_hosts_in_the_picture(browser, pages, name):
    seen = browser.ask(
        pages[name], f"[...document.querySelectorAll('.card.lxc')].filter({IS_SEEN}).length", size=DESKTOP
    )
    assert seen >= min(2, int(name) if name.isdigit() else 2)


@pytest.mark.parametrize("name", SIZES)
def test_the_first_screen_of_a_phone_says_in_words_what_hosts_there_are(browser, pages, name):
    question = f"""[innerWidth, [...document.querySelectorAll('.words tbody th a')].filter({IS_SEEN}).length,
      document.querySelector('.words').getBoundingClientRect().bottom
        <= document.querySelector('.drawn').getBoundingClientRect().top]"""
    width, names, is_before_the_picture = browser.ask(pages[name], question, size=PHONE)
    assert (width, is_before_the_picture) == (390, True)
    assert names >= 2


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_links_differ_in_line_and_head_and_stand_out(browser, pages, scheme):
    lines = browser.ask(pages["golden"], LINES, flags=(scheme,))
    assert len(lines) == 3
    for kind in ("dashes", "head", "colour"):
        assert len({line[kind] for line in lines}) == 3
    assert min(line["contrast"] for line in lines) >= 3


def test_each_kind_of_link_can_be_taken_away(browser, pages):
    question = """['needs', 'reads', 'leads_to'].map(kind => {
      document.getElementById(`show-${kind}`).click();
      const left = [...document.querySelectorAll('figure path.link')].filter(link => link.checkVisibility(
        {visibilityProperty: true}));
      return [left.length > 0, left.some(link => link.matches(`.${kind}`))];
    })"""
    assert browser.ask(pages["golden"], question) == [[True, False], [True, False], [False, False]]


def test_a_chosen_card_keeps_its_links_and_the_others_fade(browser, pages):
    everything = browser.ask(pages["200"], OPACITIES)
    assert len({opacity for _is_own, opacity in everything}) == 1
    chosen = browser.ask(pages["200"], OPACITIES, fragment="asset-worker-1")
    assert {opacity for is_own, opacity in chosen if is_own} == {1}
    assert max(opacity for is_own, opacity in chosen if not is_own) < 0.1


def test_assistive_software_is_told_what_the_picture_shows(browser, pages):
    question = """[document.querySelector('figure svg > title').textContent,
      document.querySelector('figure svg > desc').textContent.length > 60, document.documentElement.lang,
      [...document.querySelectorAll('.card')].every(card => card.querySelector('title').textContent),
      new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size
        == document.querySelectorAll('[id]').length,
      [...document.querySelectorAll('a[href]')].every(link =>
        document.getElementById(link.getAttribute('href').slice(1)))]"""
    assert browser.ask(pages["golden"], question) == ["What runs where in drawn", True, "en", True, True, True]
