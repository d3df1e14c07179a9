# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials at rest: ciphertext that only this host can read, made by systemd-creds."""

from __future__ import annotations

import stat
from collections.abc import Collection
from pathlib import Path

from ..host_error import HostError
from ..systemd.systemd import call

#: A shorter line of a secret says too little of it to be worth the words it would cut.
SHORTEST_LINE = 8


def encrypt(name: str, value: str) -> bytes:
    """Ciphertext of ``value``, bound to ``name`` and to this host's key. The value goes by stdin, never by argv."""
    result = call(["systemd-creds", "encrypt", "--with-key=host", "--name=" + name, "-", "-"], stdin=value.encode())
    if result.returncode:
        raise HostError(
            "credential " + name, "systemd-creds could not encrypt it", "run systemd-creds setup on the host"
        )
    return result.stdout


def decrypt(path: Path) -> bytes:
    """The value in ``path``, as systemd would hand it to the unit. Raises HostError when it could not."""
    if path.exists() and not is_plain(path):
        raise HostError(str(path), "is a link or has another name", "run the site playbook again to replace it")
    result = call(["systemd-creds", "decrypt", "--name=" + path.name, str(path), "-"])
    if result.returncode:
        raise HostError(
            str(path), "cannot be decrypted on this host", "run the site playbook again to encrypt it again"
        )
    return result.stdout


def opened(path: Path) -> bytes | None:
    """The value in ``path``; None when the ciphertext is not there or this host's key does not open it."""
    if not is_plain(path):
        return None
    result = call(["systemd-creds", "decrypt", "--name=" + path.name, str(path), "-"])
    return None if result.returncode else result.stdout


def is_readable(path: Path) -> bool:
    """The ciphertext is there, a file of its own, and this host's key opens it."""
    return opened(path) is not None


def is_plain(path: Path) -> bool:
    """A regular file that no other name leads to: systemd 252 would follow a link to wherever it leads."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def ensure_host_key() -> None:
    """Make the host's key if it has none yet."""
    if call(["systemd-creds", "setup"]).returncode:
        raise HostError("/var/lib/systemd/credential.secret", "cannot be made", "look at the free space of /var")


def redact(text: str, secrets: Collection[str]) -> str:
    """``text`` without any of ``secrets``, nor a line of one: a key of many lines may be cut, or on one line."""
    lines = {line.strip() for secret in secrets for line in secret.splitlines() if len(line.strip()) >= SHORTEST_LINE}
    values = lines | {secret.strip() for secret in secrets if secret.strip()}
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "***")
    return text
