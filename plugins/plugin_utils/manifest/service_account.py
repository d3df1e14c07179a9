# SPDX-License-Identifier: GPL-3.0-or-later
"""A service account: as whom External Secrets asks OpenBao."""

from __future__ import annotations

from .document import Manifest, metadata


def service_account(name: str, namespace: str) -> Manifest:
    """The account ``name``. No pod runs as it: External Secrets asks for a token of it when it needs one."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(name, namespace),
        "automountServiceAccountToken": False,
    }
