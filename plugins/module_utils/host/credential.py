# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials at rest: ciphertext that only this host can read, made by systemd-creds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .host_error import HostError
from .systemd import call


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
    result = call(["systemd-creds", "decrypt", "--name=" + path.name, str(path), "-"])
    if result.returncode:
        raise HostError(str(path), "cannot be decrypted on this host", "run the site playbook again to encrypt it anew")
    return result.stdout


def is_readable(path: Path) -> bool:
    """The ciphertext is there and this host's key opens it."""
    return path.is_file() and call(["systemd-creds", "decrypt", "--name=" + path.name, str(path), "-"]).returncode == 0


def ensure_host_key() -> None:
    """Make the host's key if it has none yet."""
    if call(["systemd-creds", "setup"]).returncode:
        raise HostError("/var/lib/systemd/credential.secret", "cannot be made", "look at the free space of /var")


def redact(text: str, folder: Path, credentials: Mapping[str, Mapping[str, str]]) -> str:
    """``text`` without any value of the credentials in ``folder``; for journal lines, on the failure path only."""
    values: list[str] = []
    for unit, names in credentials.items():
        values += [decrypt(folder / unit / name).decode(errors="replace") for name in names]
    for value in sorted(values, key=len, reverse=True):
        if value.strip():
            text = text.replace(value.strip(), "***")
    return text
