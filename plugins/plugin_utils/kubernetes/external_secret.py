# SPDX-License-Identifier: GPL-3.0-or-later
"""The ExternalSecret of a release: refs in, a Kubernetes Secret out, no payload here."""

from __future__ import annotations

from ..secret_ref import SecretRef
from .document import Manifest, metadata
from .release import Release
from .secret_store import NAME as STORE

_WAVE = -1


def external_secret(release: Release) -> Manifest:
    """Keeps the Secret of ``release`` equal to what its refs name; ``Retain`` outlives a lost OpenBao."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": metadata(release.asset_id, release.namespace, wave=_WAVE),
        "spec": {
            "refreshInterval": "1h0m0s",
            "secretStoreRef": {"kind": "SecretStore", "name": STORE},
            "target": {"name": release.secret_name, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
            "data": [
                {"secretKey": key, "remoteRef": _remote_ref(SecretRef.parse(ref))}
                for key, ref in sorted(release.asset.helm.secrets.items())
            ],
        },
    }


def _remote_ref(ref: SecretRef) -> Manifest:
    """``ref`` in the words of the store. Defaults are said, or Argo CD shows what the API server adds as a diff."""
    version = {} if ref.version is None else {"version": str(ref.version)}
    return {
        "key": ref.path,
        "property": ref.key,
        **version,
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
