# SPDX-License-Identifier: GPL-3.0-or-later
"""One file for a cluster, as an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

#: What YAML and JSON have in common; recursive types do not survive pydantic's JsonValue, hence Any inside.
Json: TypeAlias = Mapping[str, Any] | Sequence[Any] | str | int | float | bool | None
Manifest: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """``content`` belongs at ``path``, relative to the folder of the cluster."""

    path: str
    content: Mapping[str, Json]


def metadata(name: str, namespace: str | None = None) -> Manifest:
    """Object metadata, with the label by which people find what we wrote."""
    place = {} if namespace is None else {"namespace": namespace}
    return {"name": name, **place, "labels": {"app.kubernetes.io/managed-by": "fractalops.infra"}}
