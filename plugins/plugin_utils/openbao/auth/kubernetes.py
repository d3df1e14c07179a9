# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes: the controller runs in a pod, and its service account token says which."""

from __future__ import annotations

from collections.abc import Mapping

from .credentials_file import read_projected_token
from .identity import Identity
from .jwt import jwt_identity


def kubernetes(settings: Mapping[str, str], credentials_file: str) -> Identity:
    """From the file of a projected service account token. Raises ConnectionSettingsError, CredentialsFileError.

    The kubelet renews that file; each client reads it once, and lives far shorter than a token does.
    """
    return jwt_identity(settings, "kubernetes", read_projected_token(credentials_file), credentials_file)
