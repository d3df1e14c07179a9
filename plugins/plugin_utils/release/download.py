# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive fetched by the controller: written as it comes, bounded, and kept only when its digest is right."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

from ansible.module_utils.urls import ConnectionError as NoConnectionError
from ansible.module_utils.urls import SSLValidationError, open_url

from ..errors import InfraError

CHUNK = 1 << 20
#: Without a byte for so long the server is gone.
IDLE_SECONDS = 60


def fetch(url: str, sha256: str, max_bytes: int, target: Path) -> None:
    """Write what ``url`` answers to ``target``. Raises InfraError when it cannot, or when it is not ``sha256``.

    No proxy of the environment is used, and redirects are followed: the digest says whether it is the right archive.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.username is not None:
        raise InfraError(
            "release URL: is no http or https URL without a user name; use one, or fetch the archive first"
        )
    try:
        digest = _write(url, max_bytes, target)
    except (OSError, URLError, NoConnectionError, SSLValidationError) as error:
        raise InfraError(f"{url}: {_reason(error)}; look at the server, then run again") from None
    if digest != sha256:
        raise InfraError(f"{url}: answered with {digest}, not {sha256}; look at the URL and at what was released")


def _write(url: str, max_bytes: int, target: Path) -> str:
    digest, size = hashlib.sha256(), 0
    answer = open_url(url, use_proxy=False, timeout=IDLE_SECONDS, follow_redirects="safe")
    with answer, open(target, "wb") as file:
        while chunk := answer.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise InfraError(f"{url}: is larger than {max_bytes} bytes; raise max_bytes if it is meant")
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _reason(error: Exception) -> str:
    code = getattr(error, "code", None)
    return f"answered {code}" if code else str(getattr(error, "reason", None) or error)
