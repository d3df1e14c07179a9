# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order Argo CD applies objects, and what its sync may do to one.

Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
"""

from __future__ import annotations

from ..manifest.document import Manifest

#: A namespace is never deleted by a sync, whatever leaves the topology.
KEPT = "Prune=false,Delete=false"
#: By kind; what is applied first has the lowest wave.
NAMESPACE, SERVICE_ACCOUNT, SECRET_STORE, EXTERNAL_SECRET = -3, -2, -2, -1
#: Applications: operators bring the kinds that namespaces and releases are written in.
OPERATOR, NAMESPACES, RELEASE = -2, -1, 0


def in_wave(wave: int, manifest: Manifest, options: str | None = None) -> Manifest:
    """``manifest`` with Argo CD's annotations; ``options`` are its sync options."""
    annotations = {"argocd.argoproj.io/sync-wave": str(wave)}
    if options is not None:
        annotations["argocd.argoproj.io/sync-options"] = options
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}
