# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we believe over TLS: the CA that is named, or the system's; never the environment."""

from __future__ import annotations

import os
import re
import ssl

from .server import Server, ServerSettingsError

#: How OpenSSL names a CA in a folder: the hash of its subject (openssl-rehash(1)).
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")


def trust(server: Server) -> ssl.SSLContext:
    """A context that always verifies chain and name, loaded once per client.

    ``ssl.create_default_context`` is not used: it obeys SSL_CERT_FILE, and SSLKEYLOGFILE would put the keys
    of the session on disk. Raises ServerSettingsError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if server.ca_file is not None:
            context.load_verify_locations(cafile=server.ca_file)
        else:
            context.load_verify_locations(*_system_authorities())
    except (OSError, TypeError, ssl.SSLError):  # a TypeError when the system has no CAs at all
        is_readable = False
    else:
        is_readable = True
    if not is_readable:
        raise ServerSettingsError(
            f"{server.section}.ca_file: {server.ca_name} holds no readable CA in PEM form; correct it"
        )
    return context


def _system_authorities() -> tuple[str | None, str | None]:
    """The folder compiled into OpenSSL if its CAs are found by hash, or else the bundle.

    A folder is read as far as a handshake needs it, a bundle of 140 CAs takes 20 ms of every process.
    """
    paths = ssl.get_default_verify_paths()
    if os.path.isdir(paths.openssl_capath) and any(map(_HASHED.fullmatch, os.listdir(paths.openssl_capath))):
        return None, paths.openssl_capath
    return (paths.openssl_cafile if os.path.isfile(paths.openssl_cafile) else None), None
