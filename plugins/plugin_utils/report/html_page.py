# SPDX-License-Identifier: GPL-3.0-or-later
"""What every page of ours is: one HTML file that needs nothing else, runs no script and follows light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

_STYLE = Path(__file__).with_name("html_page.css")
#: Forbids everything but the page's own style.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html_page(title: str, style: str, body: Iterable[str]) -> str:
    """The whole page. ``title`` is text; ``style`` is CSS, added to what all pages share; ``body`` is lines of HTML."""
    return "\n".join(_lines(title, style, body)) + "\n"


def _lines(title: str, style: str, body: Iterable[str]) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>\n{_STYLE.read_text(encoding='utf-8')}{style}</style>"
    yield "</head>"
    yield "<body>"
    yield from body
    yield "</body>"
    yield "</html>"
