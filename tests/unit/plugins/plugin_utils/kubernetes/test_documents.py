# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster is told, and what it is spared."""

from __future__ import annotations

import copy

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import (
    OtherDeliveryError,
    kubernetes_documents,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.violation import dotted


def contents(topology):
    return {document.path: document.content for document in kubernetes_documents(topology, "lab")}


def test_documents_come_in_the_order_of_their_paths_and_not_of_the_topology(data, topology):
    data["runtime_assets"] = dict(reversed(data["runtime_assets"].items()))
    documents = kubernetes_documents(Topology.model_validate(data), "lab")
    assert documents == kubernetes_documents(topology, "lab")
    assert [document.path for document in documents] == sorted(document.path for document in documents)


def test_every_manifest_is_listed_in_the_kustomization_and_no_values_are(topology):
    found = contents(topology)
    manifests = {path for path, content in found.items() if "kind" in content} - {"kustomization.yaml"}
    assert set(found["kustomization.yaml"]["resources"]) == manifests
    assert found.keys() - manifests == {"kustomization.yaml", "values/api.yaml", "values/portal.yaml"}


def test_an_application_has_its_chart_from_a_registry_and_values_from_the_tree(topology):
    spec = contents(topology)["applications/portal.yaml"]["spec"]
    chart, values = spec["sources"]
    assert (chart["repoURL"], chart["chart"], chart["targetRevision"]) == ("charts.example/stable", "app", "1.2.3")
    assert chart["helm"]["valueFiles"] == ["$values/clusters/lab/overlay/values/portal.yaml"]
    assert values == {"repoURL": "https://git.example/fleet.git", "targetRevision": "main", "ref": "values"}
    assert spec["destination"] == {"server": "https://10.0.0.1:6443", "namespace": "fractalops"}


def test_nothing_is_ever_deleted_by_a_sync(topology):
    for path, content in contents(topology).items():
        if path.startswith("applications/"):
            assert content["spec"]["syncPolicy"]["automated"]["prune"] is False
            assert "finalizers" not in content["metadata"]
        if path.endswith("namespace.yaml"):
            assert content["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_applications_go_to_the_cluster_of_argocd_and_the_rest_to_its_destination(topology):
    found = contents(topology)
    assert (
        found["applications/lab-applications.yaml"]["spec"]["destination"]["server"] == "https://kubernetes.default.svc"
    )
    assert found["applications/lab.yaml"]["spec"]["destination"]["server"] == "https://10.0.0.1:6443"


def test_a_ref_becomes_key_property_and_pinned_version(topology):
    spec = contents(topology)["namespaces/fractalops/external-secrets/portal.yaml"]["spec"]
    (entry,) = spec["data"]
    remote = entry["remoteRef"]
    assert (entry["secretKey"], remote["key"], remote["property"], remote["version"]) == (
        "session-key", "runtime/portal", "session-key", "4",
    )  # fmt: skip
    assert spec["target"]["name"] == "portal-credentials"


def test_a_store_is_of_one_namespace_and_only_where_secrets_are_used(data):
    data["runtime_assets"]["api"]["binding"]["namespace"] = "plain"
    found = contents(Topology.model_validate(data))
    stores = [(path, content["kind"]) for path, content in found.items() if "store" in path]
    assert stores == [("namespaces/fractalops/secret-store.yaml", "SecretStore")]
    assert "namespaces/plain/namespace.yaml" in found


def test_the_account_that_a_store_asks_as_is_made_before_the_secrets(topology):
    found = contents(topology)
    account = found["namespaces/fractalops/service-account.yaml"]
    assert account["kind"] == "ServiceAccount"
    assert account["metadata"]["namespace"] == "fractalops"
    assert account["automountServiceAccountToken"] is False
    asks = found["namespaces/fractalops/secret-store.yaml"]["spec"]["provider"]["vault"]["auth"]["kubernetes"]
    assert asks["serviceAccountRef"] == {"name": account["metadata"]["name"]}
    assert wave(account) < wave(found["namespaces/fractalops/external-secrets/portal.yaml"])


def test_an_operator_comes_before_all_that_is_written_in_its_kinds(data):
    data["clusters"]["lab"]["charts"]["kinds"] = {**data["clusters"]["lab"]["charts"]["app"], "operator": True}
    data["runtime_assets"]["api"]["helm"]["chart"] = "kinds"
    found = contents(Topology.model_validate(data))
    operator, namespaces, release = (found[f"applications/{name}.yaml"] for name in ("api", "lab", "portal"))
    assert wave(operator) < wave(namespaces) < wave(release)
    assert {"CreateNamespace=true", "ServerSideApply=true"} <= options(operator)
    assert "CreateNamespace=false" in options(release)
    assert "ServerSideApply=true" not in options(release)


def test_namespaces_come_also_while_no_operator_has_brought_the_kinds_of_stores(topology):
    found = contents(topology)
    assert "SkipDryRunOnMissingResource=true" in options(found["applications/lab.yaml"])
    assert "SkipDryRunOnMissingResource=true" not in options(found["applications/portal.yaml"])


def wave(manifest):
    return int(manifest["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


def options(application):
    return set(application["spec"]["syncPolicy"]["syncOptions"])


def violations(data, tmp_path):
    """What the topology that is written refuses, so that nothing of it is projected."""
    file = tmp_path / "topology.yml"
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(InvalidTopologyError) as refused:
        load_topology(file)
    return {dotted(violation.path): violation.what for violation in refused.value.violations}


@pytest.mark.parametrize(
    "namespace", ("kube-system", "kube-public", "default", "flux-system", "argocd", "kube-flannel")
)
def test_a_reserved_namespace_is_refused(data, namespace, tmp_path):
    data["runtime_assets"]["api"]["binding"]["namespace"] = namespace
    assert [*violations(data, tmp_path)] == ["runtime_assets.api.binding.namespace"]


def test_what_a_cluster_would_misuse_is_refused_at_once(data, tmp_path):
    portal, api = data["runtime_assets"]["portal"], data["runtime_assets"]["api"]
    portal["binding"]["namespace"] = "default"
    portal["helm"]["values"]["env"] = [{"value": "bao://secret/runtime/portal#session-key"}]
    api["binding"]["workload"] = "w" * 54
    data["runtime_assets"]["lab-applications"] = {
        **copy.deepcopy(api),
        "binding": {**api["binding"], "workload": "other"},
    }
    assert violations(data, tmp_path).keys() == {
        "runtime_assets.portal.binding.namespace",
        "runtime_assets.portal.helm.values.env[0].value",
        "runtime_assets.api.binding.workload",
        "runtime_assets.lab-applications",
    }


def test_the_chart_of_runners_is_told_what_follows_from_their_profile(data):
    data["runtime_assets"]["api"]["helm"]["values"] = {"containerMode": {"kubernetesModeWorkVolumeClaim": {}}}
    data["service_profiles"] = {
        "github_runner": {
            "asset": "api",
            "config_url": "https://github.com/example",
            "auth": "app",
            "runner_group": "lab",
            "container_mode": "dind",
            "min_runners": 0,
            "max_runners": 3,
        }
    }
    found = contents(Topology.model_validate(data))
    assert found["values/api.yaml"] == {
        "githubConfigUrl": "https://github.com/example",
        "githubConfigSecret": "api-credentials",
        "runnerGroup": "lab",
        "runnerScaleSetName": "api",
        "containerMode": {"kubernetesModeWorkVolumeClaim": {}, "type": "dind"},
        "minRunners": 0,
        "maxRunners": 3,
    }
    assert found["values/portal.yaml"] == {"replicas": 2}


def test_a_cluster_that_flux_delivers_to_gets_no_documents(data):
    data["clusters"]["lab"]["delivery"] = {"type": "flux", "namespace": "flux-system", "source": "fleet"}
    with pytest.raises(OtherDeliveryError, match=r"^clusters\.lab\.delivery\.type: no tree is written for flux yet"):
        kubernetes_documents(Topology.model_validate(data), "lab")
