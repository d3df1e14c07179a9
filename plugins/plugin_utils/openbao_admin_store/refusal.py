# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the server is left as it is."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import UnsafePlanError


class ForeignError(UnsafePlanError):
    """Something of somebody else's stands where ours should; every place is named."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__("\n".join(sorted(reasons)))


class MovedError(UnsafePlanError):
    """The server changed between plan and apply."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: was changed by somebody else since the plan was made; run again")


class PowerError(UnsafePlanError):
    """One credential that can write policies and bind them to roles, which makes it root."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}; a credential that can both write policies and bind them has root rights, "
            "so use two credentials, or administer a namespace (openbao.namespace)"
        )
