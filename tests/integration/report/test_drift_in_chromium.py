# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift report as a browser shows it: seen, quiet, readable in light and dark and on a phone."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.integration.report.conftest import LONGEST
from ansible_collections.fractalops.infra.tests.integration.topology.browser import DARK, LIGHT

LIGHT_PAGE, LIGHT_UNREACHABLE = (0xFF, 0xFF, 0xFF), (0xB3, 0x26, 0x1E)
DARK_PAGE, DARK_UNREACHABLE = (0x0E, 0x13, 0x1A), (0xFF, 0x8A, 0x80)
#: WCAG 2 contrast of every element with text of its own against the nearest ground that is not transparent.
CONTRAST = """
(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    const colour = getComputedStyle(one).backgroundColor;
    return colour == 'rgba(0, 0, 0, 0)' ? ground(one.parentElement) : light(colour);
  };
  return [...document.querySelectorAll('body *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType == 3 && node.data.trim()))
    .filter(one => !['SCRIPT', 'PRE'].includes(one.tagName))
    .map(one => {
      const [ink, under] = [light(getComputedStyle(one).color), ground(one)];
      return (Math.max(ink, under) + 0.05) / (Math.min(ink, under) + 0.05);
    }).reduce((least, one) => Math.min(least, one));
})()
"""
FITS = """[document.documentElement.scrollWidth <= innerWidth,
  [...document.querySelectorAll('main *')].every(one => one.getBoundingClientRect().right <= innerWidth)]"""


def test_the_page_is_not_blank(browser, page):
    colours = browser.look(page, LIGHT).colours()
    assert colours.most_common(1)[0][1] < 0.95 * sum(colours.values())
    assert colours[LIGHT_UNREACHABLE] > 100 and len(colours) > 50


def test_the_browser_has_nothing_to_complain_about(browser, page):
    assert browser.console(page) == []


def test_every_host_and_finding_is_seen_the_worst_first(browser, page):
    names = browser.ask(page, "[...document.querySelectorAll('h2 a')].map(one => one.innerText)")
    assert names[0] == "gone-1" and sorted(names) == sorted(["gone-1", LONGEST, *(f"worker-{n}" for n in range(28))])
    seen = browser.ask(page, "document.querySelector('main').innerText")
    for text in ("ProtectSystem", "strict", "fractalops-hand.service", "nothing", "mine.conf", "--limit worker-0"):
        assert text in seen


@pytest.mark.parametrize("size", [(390, 844), (320, 568), (1000, 700), (1300, 900)])
def test_nothing_is_wider_than_the_screen_even_when_opened(browser, page, size, tmp_path):
    opened = tmp_path / "opened.html"
    opened.write_text(page.read_text(encoding="utf-8").replace("<details>", "<details open>"), encoding="utf-8")
    assert browser.ask(opened, FITS, size=size) == [True, True]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_the_contrast_that_reading_needs(browser, page, scheme):
    assert browser.ask(page, CONTRAST, flags=(scheme,)) >= 4.5


def test_a_dark_screen_gets_a_dark_page(browser, page):
    seen = browser.look(page, DARK)
    assert seen.pixel(2, 2) == DARK_PAGE and seen.colours()[DARK_UNREACHABLE] > 100
    assert browser.look(page, LIGHT).pixel(2, 2) == LIGHT_PAGE


def test_links_lead_somewhere_and_ids_are_unique(browser, page):
    question = """[[...document.querySelectorAll('a[href]')].every(link =>
        document.getElementById(decodeURIComponent(link.getAttribute('href').slice(1)))),
      new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size
        == document.querySelectorAll('[id]').length, document.documentElement.lang]"""
    assert browser.ask(page, question) == [True, True, "en"]
