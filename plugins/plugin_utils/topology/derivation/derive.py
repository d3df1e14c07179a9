# SPDX-License-Identifier: GPL-3.0-or-later
"""All derivations: one derivation, one generator, one sentence.

A derivation sees a topology that keeps every rule, and yields what nobody has to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model.topology import Topology
from . import connectors, dependencies, portal, postgres, runners
from .derived import Derived
from .finding import Finding

Derivation = Callable[[Topology], Iterator[Finding]]

DERIVATIONS: tuple[Derivation, ...] = (
    postgres.postgres_settings_follow_from_its_asset,
    postgres.postgres_is_reached_at_its_internal_url,
    dependencies.temporal_is_dialled_at_its_executor_url,
    dependencies.daytona_is_selected_as_a_runtime_asset,
    dependencies.langboard_is_reached_as_its_dependency_says,
    portal.the_portal_is_always_a_return_host,
    runners.runners_are_a_scale_set,
    connectors.scim_connectors_are_executed_at_their_scim_base,
)


def derive(topology: Topology) -> tuple[Derived, ...]:
    """Every derived value of ``topology``, sorted by path."""
    found = [
        Derived(finding.path, finding.value, _sentence(derivation), finding.sources)
        for derivation in DERIVATIONS
        for finding in derivation(topology)
    ]
    return tuple(sorted(found, key=lambda derived: derived.path))


def _sentence(derivation: Derivation) -> str:
    return (derivation.__doc__ or "").splitlines()[0]
