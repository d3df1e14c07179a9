# SPDX-License-Identifier: GPL-3.0-or-later
"""Every link of every Markdown file to a document of ours leads to a file, and its fragment to a heading there.

Links are relative, or absolute where a reader may have no clone: in readmes, which Galaxy shows.

python tests/check/links.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GALAXY = dict(re.findall(r"^(\w+): (\S.*)$", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE))
#: Where the files of this version are.
OURS = f"{GALAXY['repository']}/blob/v{GALAXY['version']}/"
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def documents() -> list[Path]:
    """Every Markdown file git knows."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in sorted(filter(None, names)) if (ROOT / name).exists()]


def broken_links(document: Path) -> Iterator[str]:
    """Each link of ``document`` that leads nowhere, with what it lacks."""
    for link in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        is_ours = link.startswith(OURS)
        if re.match(r"[a-z]+:", link) and not is_ours:
            continue
        path, _hash, fragment = link.removeprefix(OURS).partition("#")
        target = (ROOT if is_ours else document.parent) / path if path else document
        if not target.exists():
            yield f"{document.relative_to(ROOT)}: {link}: there is no such file"
        elif fragment and fragment not in anchors(target):
            yield f"{document.relative_to(ROOT)}: {link}: there is no such heading"


def anchors(document: Path) -> set[str]:
    """The fragments by which the headings of ``document`` can be reached."""
    headings = HEADING.findall(FENCE.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def main() -> int:
    """Print what is broken; the exit code."""
    found = [line for document in documents() for line in broken_links(document)]
    print("\n".join(found) or "every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
