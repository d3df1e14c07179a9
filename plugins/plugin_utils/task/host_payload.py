# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is sent: its generation, rendered by the unit templates of a folder, and the values of its refs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import InfraError
from ..host.document import HostDocument
from ..host.generation import generation_document
from ..host.unit_template import DROPIN, SERVICE, UNIT, UnitTemplates
from ..openbao import Resolution


def generation_payload(document: HostDocument, templates: str, resolution: Resolution | None) -> dict[str, Any]:
    """The generation, and pinned ref → value. Raises InfraError."""
    secrets = resolution.secrets if resolution else {}
    pinned = {ref: secret.pinned for ref, secret in secrets.items()}
    generation = generation_document(document, _templates(Path(templates)), pinned)
    values = {pinned[ref]: secret.value.reveal() for ref, secret in secrets.items()}
    return {"generation": generation, "secrets": values}


def _templates(folder: Path) -> UnitTemplates:
    try:
        names = (SERVICE, DROPIN, *((UNIT,) if (folder / UNIT).is_file() else ()))
        return UnitTemplates({name: (folder / name).read_text(encoding="utf-8") for name in names})
    except OSError as error:
        raise InfraError(
            f"{folder}: {error.strerror}; give host_templates a folder with {SERVICE} and {DROPIN}"
        ) from None
