# SPDX-License-Identifier: GPL-3.0-or-later
"""What a topology says about bundles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..documentation import document_url
from ..errors import InfraError


@dataclass(frozen=True, slots=True)
class Policy:
    """The section ``break_glass`` of a topology."""

    recipients: tuple[str, ...]
    """age recipients, ``age1…``; who holds one of their identities opens every bundle."""
    signer: str
    """The raw Ed25519 public key, base64."""
    signing_key: str
    """Ref of its private half."""
    valid_days: int
    """How long a bundle is good, at most."""

    @classmethod
    def of(cls, section: Mapping[str, object] | None) -> Policy:
        """Of the section as plain data, such as ``topology_break_glass`` of the inventory. Raises InfraError."""
        if not section:
            raise InfraError(
                "break_glass: the topology has no such section, so there are no bundles; declare it, see"
                f" {document_url('break-glass')}"
            )
        recipients, signer = section["recipients"], section["signer"]
        valid_days, signing_key = section["valid_days"], section["signing_key"]
        if not isinstance(recipients, (list, tuple)) or not isinstance(valid_days, int):
            raise InfraError("break_glass: not the section of a topology; pass topology_break_glass as it is")
        return cls(tuple(str(one) for one in recipients), str(signer), str(signing_key), valid_days)
