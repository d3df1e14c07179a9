# SPDX-License-Identifier: GPL-3.0-or-later
"""Topology to the documents of OpenBao's administration: mounts, policies, auth roles; and a judge of policies."""

from __future__ import annotations

from .administration import OpenBaoDocuments, openbao_documents
from .auth_role import AuthRole
from .mount import Mount
from .names import Names
from .policy import Grant, Policy, owner_of, with_accessors
from .policy_linter import Finding, lint_policy

__all__ = [
    "AuthRole",
    "Finding",
    "Grant",
    "Mount",
    "Names",
    "OpenBaoDocuments",
    "Policy",
    "lint_policy",
    "openbao_documents",
    "owner_of",
    "with_accessors",
]
