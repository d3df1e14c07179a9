# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error family of the collection.

Every message has the shape ``where: what is wrong; what to do`` and is built from safe fields only:
names, paths, refs, positions; never a value read from OpenBao.
"""

from __future__ import annotations

from collections.abc import Iterable


class InfraError(Exception):
    """Anything we can explain. Plugins translate it for Ansible at their edge, always ``from None``."""


class InvalidTopologyError(InfraError):
    """The topology breaks its rules; carries every violation, one per line."""

    def __init__(self, violations: Iterable[object]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join(str(violation) for violation in self.violations))


class UnsafePlanError(InfraError):
    """A plan would do more than its change limit, or touch what is not ours."""
