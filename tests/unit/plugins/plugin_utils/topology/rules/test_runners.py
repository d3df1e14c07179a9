# SPDX-License-Identifier: GPL-3.0-or-later
"""What runners have to say depends on what renders their chart."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.rules.runners import (
    runners_name_the_account_of_their_controller,
)

ARGOCD = {"type": "argocd", "namespace": "argocd", "project": "lab", "destination_server": "https://10.0.0.1:6443"}
FLUX = {"type": "flux", "namespace": "flux-system", "source": "fleet"}
ACCOUNT = {"name": "controller", "namespace": "controllers"}


def topology(delivery, values):
    """Runners in a cluster."""
    return Topology.model_validate(
        {
            "schema_version": 1,
            "profile": "lab",
            "openbao": {"address": "https://bao.example:8200", "mount": "secret", "auth": {"method": "approle"}},
            "runtime_assets": {
                "runner": {
                    "role": "runner",
                    "binding": {"type": "kubernetes", "cluster": "lab", "namespace": "runners", "workload": "runners"},
                    "helm": {"chart": "runners", "values": values},
                }
            },
            "clusters": {
                "lab": {
                    "git": {"url": "https://git.example/fleet.git", "revision": "main", "path": "clusters/lab"},
                    "delivery": delivery,
                    "openbao_address": "https://bao.example:8200",
                    "secret_store": {
                        "method": "kubernetes",
                        "path": "kubernetes",
                        "role": "reader",
                        "service_account": "reader",
                    },
                    "charts": {
                        "runners": {"repository": "oci://charts.example", "name": "runners", "version": "1.0.0"}
                    },
                }
            },
            "service_profiles": {
                "github_runner": {
                    "asset": "runner",
                    "config_url": "https://github.com/example",
                    "auth": "app",
                    "runner_group": "lab",
                    "container_mode": "dind",
                    "max_runners": 3,
                }
            },
        }
    )


def missing(delivery, values):
    """Keys that the rule asks for."""
    return [
        violation.path[-1] for violation in runners_name_the_account_of_their_controller(topology(delivery, values))
    ]


@pytest.mark.parametrize(
    ("account", "asked_for"),
    [
        (None, ["name", "namespace"]),
        ({"name": "controller"}, ["namespace"]),
        ({"name": "", "namespace": "controllers"}, ["name"]),
        (ACCOUNT, []),
    ],
)
def test_where_argocd_delivers_both_parts_of_the_account_are_said(account, asked_for):
    assert missing(ARGOCD, {} if account is None else {"controllerServiceAccount": account}) == asked_for


def test_where_flux_delivers_the_chart_may_look_for_the_controller_itself():
    assert missing(FLUX, {}) == []
