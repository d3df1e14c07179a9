# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger's first hour: docs/first-host.md is done, word by word, in an empty folder, with the built collection.

python -m ansible_collections.fractalops.infra.tests.lab.first_hour FOLDER [HEADING …]

Does what stands below these headings, or all of it, and prints what a terminal would show. Without a way to a package
index, ``--installed`` lets pip find what this clone has. Host 1 of the lab and its OpenBao are the stranger's own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import container, network, openbao, ssh
from .command import run
from .container import Container
from .markdown import Commands, File, steps
from .place import PROJECT, VENV, write_private

DOCUMENT = PROJECT / "docs" / "first-host.md"
STEP_SECONDS = 300


class FirstHourError(Exception):
    """A step did not go as the document says; holds all that was shown."""


@dataclass
class Stranger:
    """Somebody with an empty folder, which is the home as well."""

    folder: Path
    artifact: Path
    """The built collection."""
    is_installed: bool = False
    """Whether pip takes what this clone has installed for what it would fetch."""
    shown: str = field(default="", init=False)
    """All that the terminal showed."""

    def do(self, headings: Sequence[str] = ()) -> None:
        """The steps below ``headings``, or all. Raises FirstHourError at the first that goes otherwise."""
        self._take_possession()
        for step in steps(self._with_own_names(DOCUMENT.read_text(encoding="utf-8"))):
            if not headings or step.heading in headings:
                if isinstance(step, File):
                    self._save(step)
                else:
                    self._run(step)

    def _take_possession(self) -> None:
        """Programs that anybody has: ssh with its configuration, and OpenBao's."""
        programs = self.folder / ".bin"
        programs.mkdir(parents=True, exist_ok=True)
        write_private(programs / "ssh", f'#!/bin/sh\nexec /usr/bin/ssh -F {ssh.CONFIG} "$@"\n', 0o700)
        write_private(programs / "bao", f'#!/bin/sh\nexec {VENV}/bin/bao "$@"\n', 0o700)

    def _with_own_names(self, text: str) -> str:
        """The document with the addresses of the lab, and the built collection in place of the published one."""
        gateway = network.GATEWAY
        for example, own in (
            ("https://bao.example:8200", openbao.ADDRESS),
            ("/etc/ssl/certs/bao.pem", str(openbao.CA)),
            ("10.20.30.0/24, gateway: 10.20.30.1", f"{gateway.network}, gateway: {gateway.ip}"),
            ("10.20.30.11", network.address_of(1)),
            ("10.20.30.2}", f"{network.address_of(90)}}}"),
            ("collection install fractalops.infra\n", f"collection install {self.artifact}\n"),
        ):
            if example not in text:
                raise FirstHourError(f"{DOCUMENT.name}: {example} is not in it any more")
            text = text.replace(example, own)
        return text

    def _save(self, file: File) -> None:
        (self.folder / file.name).write_text(file.text, encoding="utf-8")
        self._show("".join(f"{line}\n" for line in (f"$ cat {file.name}", *file.text.splitlines())))

    def _run(self, commands: Commands) -> None:
        """As typed: what is typed and what it prints come in one stream."""
        ended = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-v", "-c", f"exec 2>&1\n{commands.text}"],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=STEP_SECONDS,
            check=False,
        )
        self._show(ended.stdout.decode(errors="replace"))
        if (ended.returncode != 0) != commands.fails:
            what = "did not fail" if commands.fails else f"failed with {ended.returncode}"
            raise FirstHourError(f"{self.shown}\n{DOCUMENT.name}, {commands.heading}: {what}:\n{commands.text}")

    def _environment(self) -> dict[str, str]:
        path = [self.folder / "venv/bin", self.folder / ".bin", *([VENV / "bin"] if self.is_installed else [])]
        known = {"PYTHONPATH": _packages()} if self.is_installed else {}
        return {
            "PATH": ":".join([*map(str, path), "/usr/bin", "/bin"]),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_NOCOLOR": "1",
            "BAO_ADDR": openbao.ADDRESS,
            "BAO_CACERT": str(openbao.CA),
            "BAO_TOKEN": openbao.ROOT_TOKEN.read_text(encoding="utf-8") if openbao.ROOT_TOKEN.exists() else "",
            **known,
        }

    def _show(self, text: str) -> None:
        self.shown += text
        sys.stdout.write(text)
        sys.stdout.flush()


def make_usual(host: Container) -> None:
    """Give ``host`` what any Debian has beyond the image of the lab: a name for itself without DNS."""
    host.attach(["/bin/sh", "-c", "echo 127.0.0.1 localhost >/etc/hosts"])


def built(folder: Path) -> Path:
    """The collection as it is published, made in ``folder`` from what git knows."""
    source = folder / "source"
    source.mkdir(parents=True)
    files = run(["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    present = "\0".join(name for name in files.split("\0") if (PROJECT / name).is_file())
    run(["rsync", "--archive", "--from0", "--files-from=-", f"{PROJECT}/", f"{source}/"], stdin=present)
    run([str(VENV / "bin/ansible-galaxy"), "collection", "build", str(source), f"--output-path={folder}"])
    (artifact,) = folder.glob("*.tar.gz")
    return artifact


def _packages() -> str:
    return os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))


def main(words: Sequence[str]) -> int:
    """Do what the words ask for; the exit code."""
    parser = argparse.ArgumentParser(description="Do what docs/first-host.md says.")
    parser.add_argument("folder", type=Path, help="an empty folder, or that of an earlier call for other headings")
    parser.add_argument("headings", nargs="*", help="only what stands below these")
    parser.add_argument("--installed", action="store_true", help="pip finds what this clone has")
    given = parser.parse_args(words)
    for host in container.present():
        make_usual(host)
    there = sorted((given.folder / ".collection").glob("*.tar.gz"))
    artifact = there[0] if there else built(given.folder.resolve() / ".collection")
    try:
        Stranger(given.folder.resolve(), artifact.resolve(), given.installed).do(given.headings)
    except FirstHourError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
