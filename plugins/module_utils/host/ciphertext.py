# SPDX-License-Identifier: GPL-3.0-or-later
"""The ciphertext of a stored generation, and a digest of each beside it: what was replaced is told without decrypting.

Ciphertext is another one every time it is made, so its digest says nothing of the value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from . import credential

#: In the folder of a generation that has credentials; name → SHA-256, 64 hex digits.
DIGESTS = "credentials/digests.json"


def serialised(ciphertext: Mapping[str, bytes]) -> bytes:
    """Content of the file of digests for these, by name."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in ciphertext.items()}
    return json.dumps(digests, sort_keys=True).encode()


def as_stored(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of ``names`` below ``folder`` that are files of their own and what was once written there."""
    digests = _digests(folder)
    contents = {name: (folder / name).read_bytes() for name in names if credential.is_plain(folder / name)}
    return {
        name: content for name, content in contents.items() if digests.get(name) == hashlib.sha256(content).hexdigest()
    }


def usable(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of ``names`` that are as stored, and that this host's key opens."""
    kept = as_stored(folder, names)
    return {name: content for name, content in kept.items() if credential.is_readable(folder / name)}


def _digests(folder: Path) -> dict[str, object]:
    try:
        digests = json.loads((folder / DIGESTS).read_bytes())
    except (OSError, ValueError):
        return {}
    return digests if isinstance(digests, dict) else {}
