# SPDX-License-Identifier: GPL-3.0-or-later
"""Topology to the documents of a Kubernetes cluster."""

from __future__ import annotations

from .document import Document
from .overlay import kubernetes_documents, overlay_folder
from .yaml_writer import yaml_text

__all__ = ["Document", "kubernetes_documents", "overlay_folder", "yaml_text"]
