# SPDX-License-Identifier: GPL-3.0-or-later
"""What is allowed and still said: each advice with both places, and a topology that needs none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

from .annotated import FOLDER
from .base import HEAD, written
from .command import run

REPEATED = f"""{HEAD}runtime_ssot:
  executor: {{api: "https://api.example"}}
runtime_assets:
  grid:
    role: grid
    binding: {{type: lxc, node: pve1, container_id: 102, network: lab, address: 10.20.30.12}}
    endpoints: {{executor_url: "https://grid.example/wd"}}
  web:
    role: web
    binding: {{type: lxc, node: pve1, container_id: 101, network: lab, address: 10.20.30.11}}
    services:
      api:
        user: api
        exec: [WORD]
        hardening: strict
        config: {{format: json, schema: schemas/free.schema.json, content: {{url: "https://other.example"}}}}
"""
CLUSTER = """\
  {0}:
    git: {{url: "ssh://git@git.example/clusters.git", revision: main, path: clusters/{0}}}
    delivery: {{type: argocd, namespace: argocd, project: lab, destination_server: "https://kubernetes.default.svc"}}
    openbao_address: "https://bao.example:8200"
    secret_store: {{method: kubernetes, path: kubernetes, role: reader-{0}, service_account: reader}}
    charts: {{app: {{repository: "oci://registry.example/charts", name: app, version: "1.0.0"}}}}
"""
CHARTS = f"""{HEAD}runtime_assets:
  hasura:
    role: hasura
    binding: {{type: kubernetes, cluster: OWNER, namespace: data, workload: hasura}}
    helm: {{chart: app, values: {{self: hasura.data.svc}}}}
    endpoints: {{ENDPOINTS}}
  portal:
    role: portal
    binding: {{type: kubernetes, cluster: lab, namespace: fractalops, workload: portal}}
    helm: {{chart: app, values: {{graphql: {{url: "TEXT"}}}}}}
clusters:
{CLUSTER.format("lab")}{CLUSTER.format("other")}"""
INTERNAL = 'internal_url: "http://hasura.data.svc:8080"'
BOTH = f'executor_url: "https://hasura.example", {INTERNAL}'
NAME = "hasura.data.svc.cluster.local:8080/v1"
AT = "15:48 runtime_assets.portal.helm.values.graphql.url"


def advice(folder: Path, text: str) -> list[str]:
    """Every advice about ``text``, with place and without the file."""
    shutil.copytree(FOLDER / "schemas", folder / "schemas")
    file = written(folder, text)
    return [str(found).removeprefix(f"{file}:") for found in load_topology(file).advice]


@pytest.mark.parametrize(
    ("word", "repeats"),
    [
        ('"/bin/true", "https://api.example"', "runtime_ssot.executor.api (line 7)"),
        ('"/bin/true", "--api=https://api.example/"', "runtime_ssot.executor.api (line 7)"),
        ('"/bin/true", "a=1,grid=https://grid.example/wd"', "runtime_assets.grid.endpoints.executor_url (line 12)"),
        ('"/bin/true", "https://api.example/v1"', None),
        ('"/bin/true", "https://api.example.org"', None),
        ('"/bin/true", "api.example"', None),
    ],
)
def test_a_declared_url_that_is_written_again_is_flagged(tmp_path: Path, word: str, repeats: str | None) -> None:
    where = "19:29 runtime_assets.web.services.api.exec[1]"
    told = [f"{where}: this repeats {repeats}; change both together"] if repeats else []
    assert advice(tmp_path, REPEATED.replace("WORD", word)) == told


def test_a_declared_url_in_a_config_is_flagged(tmp_path: Path) -> None:
    text = REPEATED.replace("WORD", '"/bin/true"').replace("https://other.example", "https://grid.example/wd")
    where = "21:81 runtime_assets.web.services.api.config.content.url"
    first = "runtime_assets.grid.endpoints.executor_url (line 12)"
    assert advice(tmp_path, text) == [f"{where}: this repeats {first}; change both together"]


@pytest.mark.parametrize(
    ("owner", "endpoints", "text", "told"),
    [
        ("lab", BOTH, f"http://{NAME}", "'hasura' has an executor URL for machines (line 11); write that"),
        ("lab", BOTH, NAME, "'hasura' has an executor URL for machines (line 11); write that"),
        ("lab", INTERNAL, f"http://{NAME}", None),
        ("lab", BOTH, "http://unknown.data.svc:8080", None),
        ("lab", BOTH, "https://hasura.example.org", None),
        ("other", INTERNAL, f"http://{NAME}", "IN OTHER"),
        ("other", BOTH, f"http://{NAME}", "IN OTHER"),
    ],
)
def test_a_chart_that_names_the_service_of_another_asset_is_told(
    tmp_path: Path, owner: str, endpoints: str, text: str, told: str | None
) -> None:
    other = "this Service of 'hasura' is in another cluster (line 11); write the executor_url of 'hasura'"
    content = CHARTS.replace("OWNER", owner).replace("{ENDPOINTS}", f"{{{endpoints}}}").replace("TEXT", text)
    assert advice(tmp_path, content) == ([f"{AT}: {told.replace('IN OTHER', other)}"] if told else [])


def test_advice_is_printed_by_the_check_and_refuses_nothing(tmp_path: Path) -> None:
    content = CHARTS.replace("OWNER", "lab").replace("{ENDPOINTS}", f"{{{BOTH}}}").replace("TEXT", f"http://{NAME}")
    done = run(written(tmp_path, content))
    assert done.returncode == 0
    assert "advice: " in done.stdout
    assert "'hasura' has an executor URL for machines" in done.stdout
