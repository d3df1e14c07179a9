# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a recipe makes nothing."""

from __future__ import annotations

from ...errors import InfraError


class InvalidRecipeError(InfraError):
    """The recipe says something that no secret can be made from."""


class MissingLibraryError(InfraError):
    """A recipe needs a Python package that the controller does not have."""

    def __init__(self, kind: str, package: str) -> None:
        super().__init__(
            f"recipe {kind}: the Python package {package!r} is missing on the controller; "
            "install what requirements/controller.txt lists"
        )
