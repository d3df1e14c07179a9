# SPDX-License-Identifier: GPL-3.0-or-later
"""The kustomization that lists every manifest of the overlay."""

from __future__ import annotations

from collections.abc import Iterable

from .document import Document

PATH = "kustomization.yaml"


def kustomization(manifests: Iterable[Document]) -> Document:
    """Lists ``manifests`` one by one: a file that is not listed is not applied."""
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(manifest.path for manifest in manifests),
    }
    return Document(PATH, content)
