# SPDX-License-Identifier: GPL-3.0-or-later
"""One file of an overlay, as an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

#: What YAML and JSON have in common; recursive types do not survive pydantic's JsonValue, hence Any inside.
Json: TypeAlias = Mapping[str, Any] | Sequence[Any] | str | int | float | bool | None
Manifest: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """``content`` belongs at ``path``, relative to the overlay."""

    path: str
    content: Mapping[str, Json]


def metadata(name: str, namespace: str | None = None, *, wave: int, options: str | None = None) -> Manifest:
    """Object metadata: what Argo CD applies first has the lowest ``wave``; ``options`` are its sync options."""
    annotations = {"argocd.argoproj.io/sync-wave": str(wave)}
    if options is not None:
        annotations["argocd.argoproj.io/sync-options"] = options
    place = {} if namespace is None else {"namespace": namespace}
    labels = {"app.kubernetes.io/managed-by": "fractalops.infra"}
    return {"name": name, **place, "labels": labels, "annotations": annotations}
