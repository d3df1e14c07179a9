# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths on the server: what may stand in one, and how a message names one."""

from __future__ import annotations

import re

from ..secret_ref import SEGMENT, MalformedRefError

_PATH = re.compile(rf"{SEGMENT}(/{SEGMENT})*")


def check_path(*paths: str) -> None:
    """Refuse whatever could leave its path or the API. Raises MalformedRefError, which never quotes the text."""
    if not all(_PATH.fullmatch(path) for path in paths):
        raise MalformedRefError("not the mount and path of a secret; letters, digits, '_', '-', '.' and '/' only")


def place(mount: str, path: str, version: int | None = None) -> str:
    """A secret as a message names it: a ref without key."""
    return f"bao://{mount}/{path}" + (f"@{version}" if version else "")
