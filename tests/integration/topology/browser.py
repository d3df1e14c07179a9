# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Chromium without a window."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.fractalops.infra.tests.integration.topology.png import Screenshot, screenshot

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --enable-logging=stderr"
).split()
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
#: Windows are no narrower, whatever one asks for.
_NARROWEST = 500
_ANSWER = re.compile(r'<pre id="answer">(.*?)</pre>', re.DOTALL)


@dataclass(frozen=True)
class Browser:
    """Opens pages in a fresh profile each time; a folder holds what it writes."""

    program: str
    folder: Path

    def run(self, page: Path, *flags: str, fragment: str = "", size: tuple[int, int] = (1300, 900)) -> tuple[str, str]:
        """What Chromium prints, and what it logs."""
        with TemporaryDirectory(dir=self.folder) as profile:
            address = page.as_uri() + (f"#{fragment}" if fragment else "")
            window = f"--window-size={size[0]},{size[1]}"
            done = subprocess.run(
                [self.program, *QUIET, f"--user-data-dir={profile}", window, *flags, address],
                capture_output=True, text=True, timeout=120, check=True,
            )  # fmt: skip
        return done.stdout, done.stderr

    def console(self, page: Path) -> list[str]:
        """Everything the page made the browser complain about."""
        _printed, log = self.run(page, "--dump-dom")
        return [line for line in log.splitlines() if ":CONSOLE" in line]

    def look(self, page: Path, *flags: str, size: tuple[int, int] = (800, 600)) -> Screenshot:
        """What somebody sees first."""
        file = self.folder / "screenshot.png"
        self.run(page, f"--screenshot={file}", *flags, size=size)
        return screenshot(file.read_bytes())

    def ask(
        self,
        page: Path,
        question: str,
        *,
        flags: tuple[str, ...] = (),
        fragment: str = "",
        size: tuple[int, int] = (1300, 900),
    ) -> Any:
        """The value of a JavaScript expression in a copy of the page whose policy lets it run."""
        script = (
            "<script>addEventListener('load', () => {"
            " const answer = document.createElement('pre'); answer.id = 'answer';"
            f" answer.textContent = JSON.stringify({question}); top.document.body.append(answer); }})</script>"
        )
        copy = self.folder / "asked.html"
        text = _POLICY.sub("", page.read_text(encoding="utf-8")).replace("</body>", f"{script}</body>")
        copy.write_text(text if size[0] >= _NARROWEST else _framed(text, size), encoding="utf-8")
        printed, _log = self.run(copy, "--dump-dom", *flags, fragment=fragment, size=size)
        found = _ANSWER.search(printed)
        assert found, printed[-2000:]
        return json.loads(html.unescape(found[1]))


def _framed(page: str, size: tuple[int, int]) -> str:
    """A page that shows ``page`` as a screen of that size does."""
    frame = f'width="{size[0]}" height="{size[1]}" style="border: 0"'
    return f'<!DOCTYPE html><body><iframe {frame} srcdoc="{html.escape(page)}"></iframe></body>'
