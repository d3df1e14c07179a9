# SPDX-License-Identifier: GPL-3.0-or-later
"""The ownership manifest: which files of a folder are ours, and what we wrote into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from .refusal import RefusedTreeError

NAME = ".fractalops.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Digests (sha256, hex) of the files we own, by path, and for whom we wrote them."""

    owner: str
    digests: Mapping[str, str]
    coming: Mapping[str, str] = field(default_factory=dict)
    """Those that are taking the place of ``digests`` one by one; empty unless a run is at it, or was killed."""

    def __contains__(self, path: str) -> bool:
        return path in self.digests or path in self.coming

    def wrote(self, path: str, content: bytes) -> bool:
        """``path`` holds what we wrote there."""
        return digest(content) in (self.digests.get(path), self.coming.get(path))

    @classmethod
    def of(cls, owner: str, files: Mapping[str, str]) -> Manifest:
        """The manifest of ``files``, path to text."""
        return cls(owner, {path: digest(text.encode()) for path, text in sorted(files.items())})

    @classmethod
    def parse(cls, folder: str, content: bytes) -> Manifest:
        """The manifest that ``content`` is. Raises RefusedTreeError when it is none, as after a merge conflict."""
        try:
            data = json.loads(content)
            owner, files, coming = data["owner"], data["files"], data.get("coming", {})
            known = data["schema_version"] == 1 and isinstance(owner, str)
            known = known and all(isinstance(value, str) for value in (*files.values(), *coming.values()))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            known = False
        if not known:
            hint = "restore it from git, or delete the folder and run again"
            raise RefusedTreeError([f"{folder}/{NAME}: not an ownership manifest of this collection; {hint}"])
        return cls(owner, files, coming)

    def text(self) -> str:
        """The manifest as it stands in the folder; the same files give the same bytes."""
        content = {"schema_version": 1, "owner": self.owner, "files": dict(sorted(self.digests.items()))}
        if self.coming:
            content["coming"] = dict(sorted(self.coming.items()))
        return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def digest(content: bytes) -> str:
    """sha256 of ``content`` in hex."""
    return hashlib.sha256(content).hexdigest()
