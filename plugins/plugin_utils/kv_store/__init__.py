# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of KV v2 as a resource: planned from versions and key names, written by check-and-set only."""

from __future__ import annotations

from .generated_secret import GeneratedSecret, GeneratedSecrets
from .given_secret import Extent, GivenSecret, GivenSecrets
from .outline import Outline
from .retry import reconcile_again_on_conflict
from .secret_path import SecretPath

__all__ = [
    "Extent",
    "GeneratedSecret",
    "GeneratedSecrets",
    "GivenSecret",
    "GivenSecrets",
    "Outline",
    "SecretPath",
    "reconcile_again_on_conflict",
]
