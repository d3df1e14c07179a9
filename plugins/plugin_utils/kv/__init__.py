# SPDX-License-Identifier: GPL-3.0-or-later
"""The KV projection: topology → which secrets exist, who reads them, and the documents of the fleet. Never a value."""

from __future__ import annotations

from .consumer import Consumer, consumers
from .declared_secret import DeclaredSecret, UnknownScopeError, declared_secrets
from .fleet_document import FleetDocuments, document_text, fleet_documents
from .toml_document import LossyTomlError, toml_content

__all__ = [
    "Consumer",
    "DeclaredSecret",
    "FleetDocuments",
    "LossyTomlError",
    "UnknownScopeError",
    "consumers",
    "declared_secrets",
    "document_text",
    "fleet_documents",
    "toml_content",
]
