# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of OpenTofu configurations."""

from __future__ import annotations

from typing import Annotated

from .base import Json, Model
from .kind import text
from .secret_ref import SecretRefText

VariableName = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9_]{0,63}$",
        "a variable name",
        "start with a lower-case letter, go on with letters, digits and _, at most 64 characters",
    ),
]


class OpenTofu(Model):
    """Plain variables, and refs of sensitive ones."""

    variables: dict[VariableName, Json] = {}
    """Values by name; never a secret."""
    sensitive_variables: dict[VariableName, SecretRefText] = {}
    """Refs by name; values are filled in for one run only."""
