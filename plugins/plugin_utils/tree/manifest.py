# SPDX-License-Identifier: GPL-3.0-or-later
"""The ownership manifest: which files of a folder are ours, and what we wrote into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from .refusal import RefusedTreeError

NAME = ".fractalops.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Digests (sha256, hex) of the files we own, by path, and for whom we wrote them."""

    owner: str
    digests: Mapping[str, str]

    @classmethod
    def of(cls, owner: str, files: Mapping[str, str]) -> Manifest:
        """The manifest of ``files``, path to text."""
        return cls(owner, {path: digest(text.encode()) for path, text in sorted(files.items())})

    @classmethod
    def parse(cls, folder: str, content: bytes) -> Manifest:
        """The manifest that ``content`` is. Raises RefusedTreeError when it is none, as after a merge conflict."""
        try:
            data = json.loads(content)
            owner, files = data["owner"], data["files"]
            known = data["schema_version"] == 1 and isinstance(owner, str)
            known = known and all(isinstance(value, str) for value in files.values())
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            known = False
        if not known:
            hint = "restore it from git, or delete the folder and run again"
            raise RefusedTreeError([f"{folder}/{NAME}: not an ownership manifest of this collection; {hint}"])
        return cls(owner, files)

    def text(self) -> str:
        """The manifest as it stands in the folder; the same files give the same bytes."""
        content = {"schema_version": 1, "owner": self.owner, "files": dict(sorted(self.digests.items()))}
        return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def digest(content: bytes) -> str:
    """sha256 of ``content`` in hex."""
    return hashlib.sha256(content).hexdigest()
