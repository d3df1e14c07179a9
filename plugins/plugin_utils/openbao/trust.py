# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we believe over TLS: the CA of the topology, or the system's; never the environment."""

from __future__ import annotations

import os
import re
import ssl

from .failure import ConnectionSettingsError

#: How OpenSSL names a CA in a folder: the hash of its subject (openssl-rehash(1)).
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")


def trust(ca_file: str | None) -> ssl.SSLContext:
    """A context that always verifies chain and name, loaded once per client.

    ``ssl.create_default_context`` is not used: it obeys SSL_CERT_FILE, and SSLKEYLOGFILE would put the keys
    of the session on disk. Raises ConnectionSettingsError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if ca_file is not None:
            context.load_verify_locations(cafile=ca_file)
        else:
            context.load_verify_locations(*_system_authorities())
    except (OSError, TypeError, ssl.SSLError):  # a TypeError when the system has no CAs at all
        is_readable = False
    else:
        is_readable = True
    if not is_readable:
        raise ConnectionSettingsError(
            f"openbao.ca_file: {ca_name(ca_file)} holds no readable CA in PEM form; correct it"
        )
    return context


def ca_name(ca_file: str | None) -> str:
    """What to call the CAs in a message."""
    return f"CA {ca_file!r}" if ca_file else "the system's CAs"


def _system_authorities() -> tuple[str | None, str | None]:
    """The folder compiled into OpenSSL if its CAs are found by hash, or else the bundle.

    A folder is read as far as a handshake needs it, a bundle of 140 CAs takes 20 ms of every process.
    """
    paths = ssl.get_default_verify_paths()
    if os.path.isdir(paths.openssl_capath) and any(map(_HASHED.fullmatch, os.listdir(paths.openssl_capath))):
        return None, paths.openssl_capath
    return (paths.openssl_cafile if os.path.isfile(paths.openssl_cafile) else None), None
