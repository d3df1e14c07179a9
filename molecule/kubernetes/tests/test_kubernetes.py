# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree after the role ran."""

from __future__ import annotations

import os

import yaml

testinfra_hosts = ["ansible://lab"]
CLUSTER = f"{os.environ['MOLECULE_EPHEMERAL_DIRECTORY']}/fleet/clusters/lab"


def test_the_overlay_builds_with_kustomize(host):
    built = list(yaml.safe_load_all(host.check_output(f"kubectl kustomize {CLUSTER}/overlay")))
    kinds = {found["kind"] for found in built}
    assert kinds == {"Application", "ExternalSecret", "Namespace", "SecretStore", "ServiceAccount"}
    assert {found["metadata"]["name"] for found in built if found["kind"] == "ExternalSecret"} == {"portal", "postgres"}


def test_values_are_where_the_application_looks_for_them(host):
    application = yaml.safe_load(host.file(f"{CLUSTER}/overlay/applications/portal.yaml").content_string)
    (path,) = application["spec"]["sources"][0]["helm"]["valueFiles"]
    values = host.file(path.replace("$values", f"{CLUSTER}/../.."))
    assert yaml.safe_load(values.content_string)["image"]["tag"] == "1e3"


def test_files_of_others_are_as_they_were(host):
    for path in ("README.md", "flux-system/gotk-components.yaml"):
        assert host.file(f"{CLUSTER}/{path}").content_string == "not ours\n"
