# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things of the lab live."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import LabError

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".cache" / "venv"

#: For the user of the lab: keys, certificates, credentials, the image.
CACHE = PROJECT / ".cache" / "lab"
SSH = CACHE / "ssh"
OPENBAO = CACHE / "openbao"
MARKERS = CACHE / "markers.json"

#: What runs; one lab per machine, whichever clone of the project started it.
MACHINE = Path("/var/lib/fractalops-lab")
CONTAINERS = MACHINE / "hosts"
SERVER = MACHINE / "openbao"
#: Leads to the CACHE of the clone that owns the lab.
FILES = MACHINE / "files"


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a whole file with ``mode`` from its first byte on, then put it in place by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    new.rename(path)


def read(path: Path) -> str:
    """The text of one file of the lab; a missing file means that its part of the lab is not up."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LabError(f"{path}: not there, so that part of the lab is not up; run 'tests/lab/lab up'") from None
