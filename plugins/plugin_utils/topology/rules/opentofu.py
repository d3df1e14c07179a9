# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about variables of OpenTofu."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation


def variables_are_plain_or_sensitive(topology: Topology) -> Iterator[Violation]:
    """A variable is either written here or read from OpenBao."""
    for name in topology.opentofu.sensitive_variables:
        if name in topology.opentofu.variables:
            path, first = ("opentofu", "sensitive_variables", name), ("opentofu", "variables", name)
            yield Violation(path, "the variable has a plain value too", "keep one of them", first=first, at_key=True)
