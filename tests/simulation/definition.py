# SPDX-License-Identifier: GPL-3.0-or-later
"""A unit as systemd has loaded it: its file and its drop-ins, from wherever the search path finds them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem

#: What stands earlier wins.
SEARCH = ("/run/systemd/system.control", "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system")
GENERATORS = ("/run/systemd/system-generators", "/etc/systemd/system-generators")
#: ``--behaves=word`` or ``--behaves=word:seconds`` of a simulated service.
_BEHAVES = re.compile(r"--behaves=([a-z-]+)(?::([0-9.]+))?")
_PORT = re.compile(r"--port=(\d+)")
_MASKED = re.compile(r"'([^']+)'")


@dataclass(frozen=True)
class Definition:
    """``text`` is None of a unit that is nowhere."""

    name: str
    fragment: str | None
    text: str | None
    dropins: tuple[str, ...] = ()
    """Paths."""
    dropin_text: str = ""
    is_masked: bool = False

    @property
    def load_state(self) -> str:
        """As systemd says it."""
        return "masked" if self.is_masked else "loaded" if self.text is not None else "not-found"

    @property
    def whole(self) -> str:
        """All text that applies."""
        return (self.text or "") + self.dropin_text

    def setting(self, key: str) -> str:
        """The last value of a directive; empty where there is none."""
        return ([""] + [line.partition("=")[2] for line in self.whole.splitlines() if line.startswith(key + "=")])[-1]

    def settings(self, key: str) -> list[str]:
        """Every value of it."""
        return [line.partition("=")[2] for line in self.whole.splitlines() if line.startswith(key + "=")]

    @property
    def port(self) -> int | None:
        """Where it listens."""
        found = _PORT.search(self.whole)
        return int(found[1]) if found else None

    def behaves(self, word: str) -> float | None:
        """After how many seconds it does so; None when it does not."""
        found = {word: float(seconds or 0) for word, seconds in _BEHAVES.findall(self.setting("ExecStart"))}
        return found.get(word)


def load(files: FileSystem, name: str, masks: frozenset[str]) -> Definition:
    """What systemd finds under this name now."""
    if name in masks:
        return Definition(name, None, None, is_masked=True)
    places = [f"{folder}/{name}" for folder in SEARCH]
    fragment = next((path for path in places if files.text(path) is not None), None)
    text = files.text(fragment) if fragment else None
    paths: dict[str, str] = {}
    for folder in reversed(SEARCH):
        found = (one for one in files.names(f"{folder}/{name}.d") if one.endswith(".conf") and one[0] != ".")
        paths.update({one: f"{folder}/{name}.d/{one}" for one in found})
    found_texts = {path: files.text(path) for _one, path in sorted(paths.items())}
    texts = {path: text for path, text in found_texts.items() if text is not None}
    return Definition(name, fragment, text, tuple(texts), "".join(texts.values()))


def masks(files: FileSystem) -> frozenset[str]:
    """What generators mask: ours writes a link to /dev/null for each unit it names."""
    for folder in GENERATORS:
        target = files.target(f"{folder}/fractalops")
        if target is not None:
            script = files.text(f"{folder}/fractalops") or ""
            return frozenset(_MASKED.findall(script.partition(" in ")[2].partition(";")[0]))
    return frozenset()
