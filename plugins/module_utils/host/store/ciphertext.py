# SPDX-License-Identifier: GPL-3.0-or-later
"""The ciphertext of a stored generation, and a digest of each beside it: what was replaced is found without decrypting.

Ciphertext is another one every time it is made, so its digest says nothing of the value. The file is one that
``sha256sum --check`` takes, from the folder of the generation. A digest stands before its name: behind one that speaks
of a password it would look like one, to our own ``audit`` too.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import credential

#: In the folder of a generation that has credentials; lines of 64 hex digits, two spaces, a name.
DIGESTS = "credentials/sha256sums"


def serialised(ciphertext: Mapping[str, bytes]) -> bytes:
    """Content of the file of digests for these, by name."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(ciphertext.items()))
    return "".join(lines).encode()


def as_stored(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of ``names`` below ``folder`` that can be read, as files of their own, and are what was written there."""
    digests, kept = _digests(folder), {}
    for name in filter(lambda name: credential.is_plain(folder / name), names):
        with contextlib.suppress(OSError):  # what a bad disk does not give is not kept
            content = (folder / name).read_bytes()
            if digests.get(name) == hashlib.sha256(content).hexdigest():
                kept[name] = content
    return kept


def usable(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Those of ``names`` that are as stored, and that this host's key opens."""
    kept = as_stored(folder, names)
    return {name: content for name, content in kept.items() if credential.is_readable(folder / name)}


def shut(folder: Path, names: Iterable[str], key: Path) -> list[str]:
    """Those of ``names`` that are as stored, and that this host's key does not open any more.

    Opening costs a process each, so it is tried only where the key is younger than they are.
    """
    if not is_younger(key, folder):
        return []
    kept = as_stored(folder, names)
    with ThreadPoolExecutor(max_workers=4) as pool:
        opens = pool.map(lambda name: credential.is_readable(folder / name), kept)
        return sorted(name for name, is_open in zip(kept, opens) if not is_open)


def is_younger(key: Path, folder: Path) -> bool:
    """The host's ``key`` came after what is stored in ``folder`` was made; also when there is no key.

    A key that is older is taken for the one it was made with. A copy keeps when its content was written, so when it was
    changed is compared as well.
    """
    try:
        one, other = key.stat(), (folder / DIGESTS).stat()
    except OSError:
        return True
    return one.st_mtime > other.st_mtime or one.st_ctime > other.st_ctime


def _digests(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / DIGESTS).read_bytes().decode(errors="replace").splitlines()
    except OSError:
        return {}
    return {name: digest for digest, _spaces, name in (line.partition("  ") for line in lines)}
