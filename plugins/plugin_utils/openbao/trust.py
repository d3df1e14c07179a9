# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we believe over TLS: the CA of the topology, or the system's; never the environment."""

from __future__ import annotations

import os
import ssl

from .failure import ConnectionSettingsError


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
    except (OSError, ssl.SSLError):
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
    """The bundle and folder compiled into OpenSSL, as far as they exist."""
    paths = ssl.get_default_verify_paths()
    bundle = paths.openssl_cafile if os.path.isfile(paths.openssl_cafile) else None
    folder = paths.openssl_capath if os.path.isdir(paths.openssl_capath) else None
    return bundle, folder
