# SPDX-License-Identifier: GPL-3.0-or-later
"""The one OpenBao client: refs in, opaque secrets out, no token left behind.

``with connect(topology_openbao, credentials_file) as openbao: resolution = resolve(openbao, refs)``
"""

from __future__ import annotations

from .auth.breadth import check_breadth
from .client import OpenBao, connect
from .kv.secret_metadata import SecretMetadata, VersionMetadata
from .kv.secret_version import SecretVersion
from .payload import Payload
from .resolution import Resolution, ResolvedSecret, resolve
from .secret import Secret

__all__ = [
    "OpenBao",
    "Payload",
    "Resolution",
    "ResolvedSecret",
    "Secret",
    "SecretMetadata",
    "SecretVersion",
    "VersionMetadata",
    "check_breadth",
    "connect",
    "resolve",
]
