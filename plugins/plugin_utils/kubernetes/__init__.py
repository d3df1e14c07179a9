# SPDX-License-Identifier: GPL-3.0-or-later
"""Topology to the documents of a Kubernetes cluster that Argo CD delivers to."""

from __future__ import annotations

from .delivery import OtherDeliveryError
from .overlay import kubernetes_documents, overlay_folder

__all__ = ["OtherDeliveryError", "kubernetes_documents", "overlay_folder"]
