# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd as its tools show it: units with properties, in place of the processes the product starts."""

from __future__ import annotations

import fnmatch
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ABSENT = {"LoadState": "not-found", "ActiveState": "inactive", "SubState": "dead"}
UP = {"LoadState": "loaded", "ActiveState": "active", "SubState": "running", "NRestarts": "0", "Result": "success"}
DOWN = {"LoadState": "loaded", "ActiveState": "inactive", "SubState": "dead"}
FAILED = {**DOWN, "ActiveState": "failed", "SubState": "failed", "Result": "exit-code", "ExecMainStatus": "1"}


class FakeSystemd:
    """Units by name. A test may change them, and say what happens meanwhile, by the words a command begins with."""

    def __init__(self) -> None:
        self.units: dict[str, dict[str, str]] = {}
        self.broken: set[str] = set()
        """Units that fail as soon as they are started."""
        self.commands: list[str] = []
        self.meanwhile: dict[str, Callable[[], None]] = {}
        """What happens once, before the first command that begins so is answered."""
        self.afterwards: dict[str, Callable[[], None]] = {}
        """What happens once, after it."""
        self._lives = 0

    def run(self, command: Sequence[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
        """In place of ``subprocess.run``."""
        words = [word for word in command if word != "--no-ask-password"]
        said = " ".join(words)
        self.commands.append(said)
        _happen(self.meanwhile, said)
        answer = getattr(self, "_" + "_".join(words[:2]).replace("-", "_"), None)
        if words[0] == "systemd-run":
            answer = self._systemd_run
        told = answer(words[2:]).encode() if answer else b""
        _happen(self.afterwards, said)
        if words[0] == "systemd-creds":
            told = _credential(words, how)
        return subprocess.CompletedProcess(command, 0, told, b"")

    def did(self, start: str) -> list[str]:
        """The commands that begin so, in order, without that."""
        return [said[len(start) :].strip() for said in self.commands if said.startswith(start)]

    def start(self, *names: str) -> None:
        """Make units run, each a life of its own."""
        for name in names:
            self._lives += 1
            alive = {**UP, "InvocationID": f"life-{self._lives}", "MainPID": str(1000 + self._lives)}
            self.units[name] = FAILED if name in self.broken else alive

    def _systemctl_show(self, words: list[str]) -> str:
        asked = words[0].partition("=")[2].split(",")
        if "--" not in words:
            return f"{asked[0]}=0\n"
        blocks = []
        for name in words[words.index("--") + 1 :]:
            known = {"Id": name, **self.units.get(name, ABSENT)}
            blocks.append("".join(f"{key}={known[key]}\n" for key in asked if key in known))
        return "\n".join(blocks)

    def _systemctl_stop(self, words: list[str]) -> str:
        self.units.update({name: DOWN for name in words if not name.startswith("-")})
        return ""

    def _systemctl_restart(self, words: list[str]) -> str:
        self.start(*(name for name in words if not name.startswith("-")))
        return ""

    _systemctl_start = _systemctl_restart

    def _systemctl_list_units(self, words: list[str]) -> str:
        patterns = words[words.index("--") + 1 :]
        up = [name for name, unit in self.units.items() if unit["ActiveState"] == "active"]
        found = [name for name in up if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
        return "".join(f"{name} loaded active running\n" for name in found)

    def _systemd_run(self, words: list[str]) -> str:
        (name,) = (word.partition("=")[2] for word in words if word.startswith("--unit="))
        if any(word.startswith("--on-startup") for word in words):
            self.units[name + ".timer"] = {**UP, "SubState": "waiting"}
        else:
            self.start(name.removesuffix(".service") + ".service")
        return ""


def _happen(what: dict[str, Callable[[], None]], said: str) -> None:
    for start in [start for start in what if said.startswith(start)]:
        what.pop(start)()


def _credential(words: Sequence[str], how: Any) -> bytes:
    """Its cipher is none: what is encrypted stays as it is."""
    if words[1] == "encrypt":
        return bytes(how["input"])
    return Path(words[-2]).read_bytes() if words[1] == "decrypt" else b""
