# SPDX-License-Identifier: GPL-3.0-or-later
"""What the chart of a release gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..topology.derivation.runners import runners_are_a_scale_set
from ..topology.model.topology import Topology
from .helm_release import HelmRelease


def chart_values(topology: Topology, release: HelmRelease) -> dict[str, Any]:
    """The values of the asset; for the runners of GitHub also those that follow from their profile.

    The two never disagree: the rule ``runner_values_are_those_of_the_profile`` holds. Keys of the chart are those of
    gha-runner-scale-set (https://github.com/actions/actions-runner-controller, its ``values.yaml``).
    """
    runner = topology.service_profiles.github_runner
    values: dict[str, Any] = dict(release.asset.helm.values)
    if runner is not None and runner.asset == release.asset_id:
        for finding in runners_are_a_scale_set(topology):
            values = _with(values, str(finding.path[-1]).split("."), finding.value)
    return values


def _with(values: Mapping[str, Any], path: list[str], value: object) -> dict[str, Any]:
    """A copy of ``values`` with ``value`` at ``path``."""
    first, *rest = path
    return {**values, first: _with(values.get(first, {}), rest, value) if rest else value}
