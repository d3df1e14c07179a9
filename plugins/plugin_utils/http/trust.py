# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we believe over TLS: the CA that is named, or the system's; never the environment."""

from __future__ import annotations

import os
import re
import ssl
from functools import lru_cache
from threading import Lock

from .server import Server, ServerSettingsError

#: How OpenSSL names a CA in a folder: the hash of its subject (openssl-rehash(1)).
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")

#: Several threads that need the same CAs at once load them once.
_LOADING = Lock()


def trust(server: Server) -> ssl.SSLContext:
    """A context that always verifies chain and name. Raises ServerSettingsError."""
    try:
        file, folder = (server.ca_file, None) if server.ca_file is not None else _system_authorities()
        with _LOADING:
            return _context(file, folder, _state(file))
    except (OSError, TypeError, ssl.SSLError):  # a TypeError when the system has no CAs at all
        pass
    raise ServerSettingsError(
        f"{server.section}.ca_file: {server.ca_name} holds no readable CA in PEM form; correct it"
    )


@lru_cache(maxsize=8)
def _context(file: str | None, folder: str | None, _state: tuple[int, ...]) -> ssl.SSLContext:
    """Loaded once per process and state of the file: a bundle of 140 CAs takes 20 ms.

    ``ssl.create_default_context`` is not used: it obeys SSL_CERT_FILE, and SSLKEYLOGFILE would put the keys
    of the session on disk.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(file, folder)
    return context


def _state(file: str | None) -> tuple[int, ...]:
    """Another one whenever the file is. Raises OSError."""
    if file is None:
        return ()
    status = os.stat(file)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _system_authorities() -> tuple[str | None, str | None]:
    """The folder compiled into OpenSSL if its CAs are found by hash, or else the bundle.

    A folder is read as far as a handshake needs it, a bundle of 140 CAs takes 20 ms of every process.
    """
    paths = ssl.get_default_verify_paths()
    if os.path.isdir(paths.openssl_capath) and any(map(_HASHED.fullmatch, os.listdir(paths.openssl_capath))):
        return None, paths.openssl_capath
    return (paths.openssl_cafile if os.path.isfile(paths.openssl_cafile) else None), None
