# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about GitHub runners."""

from __future__ import annotations

from collections.abc import Iterator

from ..derivation.runners import runners_are_a_scale_set
from ..model.cluster import ArgoCdDelivery
from ..model.runtime_asset import KubernetesAsset
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from ..yaml.reader import Data

_RUNNER: Path = ("service_profiles", "github_runner")
#: Keys that Actions Runner Controller reads from the Secret, by auth.
#: Source: docs.github.com, "Authenticating ARC to the GitHub API".
SECRET_KEYS = {
    "app": ("github_app_id", "github_app_installation_id", "github_app_private_key"),
    "token": ("github_token",),
}


def runners_are_a_kubernetes_asset(topology: Topology) -> Iterator[Violation]:
    """A runner scale set runs in a cluster."""
    runner = topology.service_profiles.github_runner
    asset = topology.runtime_assets.get(runner.asset) if runner else None
    if runner is not None and asset is not None and not isinstance(asset, KubernetesAsset):
        what = f"{runner.asset!r} does not run in a cluster"
        yield Violation((*_RUNNER, "asset"), what, "name an asset bound to kubernetes")


def runner_credentials_are_those_of_its_auth(topology: Topology) -> Iterator[Violation]:
    """The Secret of the runners has the keys that their auth reads, as refs, and no others."""
    runner = topology.service_profiles.github_runner
    asset = topology.runtime_assets.get(runner.asset) if runner else None
    if runner is None or not isinstance(asset, KubernetesAsset):
        return
    path: Path = ("runtime_assets", runner.asset, "helm", "secrets")
    for key in SECRET_KEYS[runner.auth]:
        if key not in asset.helm.secrets:
            yield Violation((*path, key), f"auth {runner.auth!r} reads this key", "add it, with a ref")
    for key in asset.helm.secrets:
        if key not in SECRET_KEYS[runner.auth]:
            yield Violation((*path, key), f"auth {runner.auth!r} does not read this key", "remove it", at_key=True)


def runner_values_are_those_of_the_profile(topology: Topology) -> Iterator[Violation]:
    """What the profile says of the runners, the values of their chart never say otherwise."""
    runner = topology.service_profiles.github_runner
    asset = topology.runtime_assets.get(runner.asset) if runner else None
    if runner is None or not isinstance(asset, KubernetesAsset):
        return
    for finding in runners_are_a_scale_set(topology):
        steps = finding.path[-1].split(".")
        given = _value_at(asset.helm.values, steps)
        if given is not None and given != finding.value:
            path: Path = ("runtime_assets", runner.asset, "helm", "values", *steps)
            hint = f"write {finding.value}, or remove it"
            yield Violation(path, "the profile of the runners says otherwise", hint, first=finding.sources[0])


def runners_name_the_account_of_their_controller(topology: Topology) -> Iterator[Violation]:
    """Where Argo CD delivers, runners say which service account their controller has.

    Their chart would look for the controller in the cluster, and Argo CD renders charts without looking into one.
    """
    runner = topology.service_profiles.github_runner
    asset = topology.runtime_assets.get(runner.asset) if runner else None
    if runner is None or not isinstance(asset, KubernetesAsset):
        return
    cluster = topology.clusters.get(asset.binding.cluster)
    if cluster is None or not isinstance(cluster.delivery, ArgoCdDelivery):
        return
    for key in ("name", "namespace"):
        steps = ["controllerServiceAccount", key]
        if not _value_at(asset.helm.values, steps):
            path: Path = ("runtime_assets", runner.asset, "helm", "values", *steps)
            yield Violation(path, "Argo CD cannot look for the controller", "write where its service account is")


def runner_limits_are_in_order(topology: Topology) -> Iterator[Violation]:
    """There are never more waiting runners than runners."""
    runner = topology.service_profiles.github_runner
    if runner is not None and runner.min_runners > runner.max_runners:
        first = (*_RUNNER, "max_runners")
        yield Violation((*_RUNNER, "min_runners"), "this is more than max_runners", "write less", first=first)


def _value_at(values: Data, steps: list[str]) -> Data:
    """What stands at ``steps`` of free data, or None."""
    for step in steps:
        values = values.get(step) if isinstance(values, dict) else None
    return values
