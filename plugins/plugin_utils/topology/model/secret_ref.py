# SPDX-License-Identifier: GPL-3.0-or-later
"""The field type of a secret: a ref and nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from ...secret_ref import PATTERN

SecretRefText = Annotated[str, StringConstraints(pattern=PATTERN, max_length=512)]
