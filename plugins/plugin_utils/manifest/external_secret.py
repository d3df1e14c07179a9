# SPDX-License-Identifier: GPL-3.0-or-later
"""An ExternalSecret: refs in, a Kubernetes Secret out, no payload here."""

from __future__ import annotations

from collections.abc import Mapping

from ..secret_ref import SecretRef
from .document import Manifest, metadata
from .secret_store import NAME as STORE


def external_secret(name: str, namespace: str, secret: str, refs: Mapping[str, str]) -> Manifest:
    """Keeps the Secret ``secret`` equal to what ``refs`` name by key; ``Retain`` outlives a lost OpenBao."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": metadata(name, namespace),
        "spec": {
            "refreshInterval": "1h0m0s",
            "secretStoreRef": {"kind": "SecretStore", "name": STORE},
            "target": {"name": secret, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
            "data": [
                {"secretKey": key, "remoteRef": _remote_ref(SecretRef.parse(ref))} for key, ref in sorted(refs.items())
            ],
        },
    }


def _remote_ref(ref: SecretRef) -> Manifest:
    """``ref`` in the words of the store. Defaults are said, or a deliverer shows what the API server adds as a diff."""
    version = {} if ref.version is None else {"version": str(ref.version)}
    return {
        "key": ref.path,
        "property": ref.key,
        **version,
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
