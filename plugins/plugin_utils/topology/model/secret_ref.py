# SPDX-License-Identifier: GPL-3.0-or-later
"""The field type of a secret: a ref and nothing else."""

from __future__ import annotations

from typing import Annotated

from ...secret_ref import PATTERN
from .kind import text

SecretRefText = Annotated[
    str,
    text(
        PATTERN,
        "a secret ref",
        "write bao://<mount>/<path>#<key>, optionally @<version>; never the secret itself",
        max_length=512,
    ),
]
