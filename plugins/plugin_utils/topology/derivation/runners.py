# SPDX-License-Identifier: GPL-3.0-or-later
"""What the chart of a runner scale set gets."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.runtime_asset import KubernetesAsset
from ..model.topology import Topology
from .derived import Scalar
from .finding import Finding

_RUNNER = ("service_profiles", "github_runner")


def runners_are_a_scale_set(topology: Topology) -> Iterator[Finding]:
    """The values of Actions Runner Controller follow from the profile; credentials come from the asset's Secret."""
    runner = topology.service_profiles.github_runner
    asset = topology.runtime_assets.get(runner.asset) if runner else None
    if runner is None or not isinstance(asset, KubernetesAsset):
        return
    values: dict[str, tuple[str, Scalar]] = {
        "githubConfigUrl": ("config_url", runner.config_url),
        "runnerGroup": ("runner_group", runner.runner_group),
        "containerMode.type": ("container_mode", runner.container_mode),
        "minRunners": ("min_runners", runner.min_runners),
        "maxRunners": ("max_runners", runner.max_runners),
    }
    for key, (field, value) in values.items():
        yield Finding((*_RUNNER, "derived", key), value, ((*_RUNNER, field),))
    workload = ("runtime_assets", runner.asset, "binding", "workload")
    sources = ((*_RUNNER, "asset"), workload)
    yield Finding((*_RUNNER, "derived", "runnerScaleSetName"), asset.binding.workload, sources)
    yield Finding((*_RUNNER, "derived", "githubConfigSecret"), f"{asset.binding.workload}-credentials", sources)
