# SPDX-License-Identifier: GPL-3.0-or-later
"""A search for secrets in clear: every seeded value, in every form it could take, over everything a run can touch."""

from __future__ import annotations

import base64
import json
import os
import threading
import urllib.parse
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from .container import Container
from .place import PROJECT

#: Where a host keeps things; credentials of running units are the one place for clear values.
HOST_FOLDERS = ("/etc", "/opt", "/var", "/run", "/tmp", "/root", "/home", "/dev/shm")
CLEAR_BY_DESIGN = "/run/credentials/"
#: Runs on the host; the needles come by standard input, so they are in no command line.
HOST_SCAN = """
import json, os, subprocess, sys
needles = [needle.encode() for needle in json.load(sys.stdin)]
def hits(name, content):
    return [name] if any(needle in content for needle in needles) else []
journal = ["journalctl", "--no-pager", "--all", "--output=export"]
found = hits("journal", subprocess.run(journal, capture_output=True).stdout)
for top in sys.argv[1:]:
    for folder, _folders, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                try:
                    found += hits(path, open(path, "rb").read())
                except OSError:
                    pass
own = str(os.getpid())
for process in filter(str.isdigit, os.listdir("/proc")):
    for part in ("cmdline", "environ"):
        try:
            if process != own:
                found += hits("/proc/%s/%s" % (process, part), open("/proc/%s/%s" % (process, part), "rb").read())
        except OSError:
            pass
print(json.dumps(found))
"""


def forms(values: Iterable[str]) -> list[str]:
    """Each value raw, base64 and base64url at all three alignments, URL-quoted, in hex and as JSON."""
    found = []
    for value in values:
        raw = value.encode()
        found += [value, raw.hex(), urllib.parse.quote(value, safe=""), json.dumps(value)[1:-1]]
        aligned = [base64.b64encode(b"x" * shift + raw).decode()[4:-4] for shift in range(3)]
        found += [*aligned, *(text.replace("+", "-").replace("/", "_") for text in aligned)]
    return sorted(set(found))


def in_text(values: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """Names of the texts that hold a value in some form."""
    needles = forms(values)
    return [name for name, text in texts.items() if any(needle in text for needle in needles)]


def in_folder(values: Iterable[str], folder: Path, excluded: Iterable[Path] = ()) -> list[str]:
    """Files below ``folder`` that hold a value in some form."""
    needles = [needle.encode() for needle in forms(values)]
    skipped = tuple(str(path) for path in excluded)
    files = (path for path in folder.rglob("*") if path.is_file() and not str(path).startswith(skipped or ("\0",)))
    return [str(path) for path in files if any(needle in path.read_bytes() for needle in needles)]


def on_controller(values: Iterable[str]) -> list[str]:
    """Where the controller holds a value: the work tree and Ansible's folder at home; the lab's own files may."""
    found = in_folder(values, PROJECT, excluded=[PROJECT / ".cache", PROJECT / ".git"])
    return found + in_folder(values, Path.home() / ".ansible")


def on_host(values: Iterable[str], container: Container) -> list[str]:
    """Where a host holds a value in some form: files, journal, command lines and environments of processes."""
    command = ["/usr/bin/python3", "-c", HOST_SCAN, *HOST_FOLDERS]
    found: list[str] = json.loads(container.attach(command, stdin=json.dumps(forms(values))))
    return [name for name in found if not name.startswith(CLEAR_BY_DESIGN)]


def in_credentials(values: Iterable[str], container: Container) -> list[str]:
    """Where a host holds a value by design: the control that shows that the search finds what is there."""
    command = ["/usr/bin/python3", "-c", HOST_SCAN, CLEAR_BY_DESIGN]
    found: list[str] = json.loads(container.attach(command, stdin=json.dumps(forms(values))))
    return [name for name in found if name.startswith(CLEAR_BY_DESIGN)]


class Watch:
    """Looks at every process of the machine, those of its containers too, again and again while something runs.

    ``found`` names places where a command line or an environment held a value; ``rounds`` says how often it looked.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._needles = [needle.encode() for needle in forms(values)]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.found: set[str] = set()
        self.rounds = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.02):
            self.rounds += 1
            for process in filter(str.isdigit, os.listdir("/proc")):
                for part in ("cmdline", "environ"):
                    self._judge(Path("/proc", process, part))

    def _judge(self, file: Path) -> None:
        try:
            content = file.read_bytes()
        except OSError:
            return
        if any(needle in content for needle in self._needles):
            self.found.add(file.name)


def forget_journal(container: Container) -> None:
    """Remove what the journal holds so far: a service may have printed its own secret."""
    container.attach(["/bin/journalctl", "--quiet", "--rotate", "--vacuum-size=1"])
