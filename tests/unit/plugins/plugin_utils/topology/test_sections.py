# SPDX-License-Identifier: GPL-3.0-or-later
"""What sections allow, beside what the broken topologies show them to refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import kubernetes_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.field_words import field_words
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import models

from .annotated import actual, violations
from .base import ROOT, VALID, written
from .command import run

TUNNEL = "tunnel_id: 3c7f0a52-8e14-4b9d-a6c1-f20e5d7b9381"
ZONE = "zone_id: 0d9c3b7a5e1f48269a7b3c5d1e0f8246"
DNS = 'provider: technitium, gateway: 10.20.30.53, api_url: "https://dns.example", zone: lab.internal'
HOST = """
    role: portal
    binding: {type: lxc, node: pve1, container_id: 220, network: lab, address: 10.20.30.22}
"""
LEGACY = """\
    endpoints: {public_url: "https://portal.example"}
service_profiles: {portal: {runtime_type: RUNTIME, legacy: true, asset: web}}
"""


@pytest.mark.parametrize(
    "section",
    [
        "edge: {}",
        "edge: {cloudflare: {}}",
        "identity_plane: {session_trust: {enabled: false}}\nedge: {cloudflare: {}}",
        f"edge: {{cloudflare: {{manage_dns: true, {ZONE}, {TUNNEL}}}}}",
        f'edge: {{cloudflare: {{manage_tunnel_ingress: true, edge_origin_url: "https://origin.example", {TUNNEL}}}}}',
        f"internal_dns: {{{DNS}}}",
        f'internal_dns: {{{DNS}, write: true, token: "bao://secret/dns#token"}}',
        "runtime_ssot: {}",
        "connector_inventory: []",
        "service_profiles: {}",
        "runtime_dependencies: {}",
        "opentofu: {}",
    ],
)
def test_a_section_needs_no_more_than_what_it_manages(tmp_path: Path, section: str) -> None:
    assert violations(written(tmp_path, f"{VALID}{section}\n")) == []


@pytest.mark.parametrize("runtime", ["lxc", "ct"])
def test_a_legacy_portal_is_valid_and_gives_advice(tmp_path: Path, runtime: str) -> None:
    file = written(tmp_path, VALID + LEGACY.replace("RUNTIME", runtime))
    where, what = f"{file}:11:43 service_profiles.portal.runtime_type", f"runtime type '{runtime}' is legacy"
    hint = "and nothing is emitted for Kubernetes; move the portal to k8s"
    assert [str(found) for found in load_topology(file).advice] == [f"{where}: {what}, {hint}"]


@pytest.mark.parametrize("runtime", ["lxc", "ct"])
def test_a_legacy_portal_is_refused_until_it_says_so(tmp_path: Path, runtime: str) -> None:
    file = written(tmp_path, VALID + LEGACY.replace("RUNTIME", runtime).replace(" legacy: true,", ""))
    what = f"runtime type '{runtime}' is legacy; use k8s, or add legacy: true"
    assert violations(file) == [f"{file}:11:43 service_profiles.portal.runtime_type: {what}"]


@pytest.mark.parametrize("runtime", ["lxc", "ct"])
def test_the_check_of_a_legacy_portal_warns_and_refuses_nothing(tmp_path: Path, runtime: str) -> None:
    done = run(written(tmp_path, VALID + LEGACY.replace("RUNTIME", runtime)))
    assert done.returncode == 0
    assert f"advice: {tmp_path}/topology.yml:11:43 service_profiles.portal.runtime_type: " in done.stdout


def portal_on(text: str, asset: str, profile: str, folder: Path) -> dict[str, str]:
    """The documents of cluster ``lab`` by path, with the portal on ``asset``."""
    section = f"service_profiles: {{portal: {{{profile}, asset: {asset}}}}}\n"
    url = '    endpoints: {public_url: "https://portal.example"}\n'
    file = written(folder, text.replace(f"  {asset}:\n", f"  {asset}:\n{url}", 1) + section)
    documents = kubernetes_documents(load_topology(file).topology, "lab")
    return {str(one.path): repr(one.content) for one in documents}


@pytest.mark.parametrize("runtime", ["lxc", "ct"])
def test_only_a_portal_of_kubernetes_has_kubernetes_objects(tmp_path: Path, runtime: str) -> None:
    text = (ROOT / "tests/golden/kubernetes/one_cluster/topology.yml").read_text(encoding="utf-8")
    on_k8s = portal_on(text, "portal", "runtime_type: k8s", tmp_path)
    assert [path for path in on_k8s if "portal" in path]
    start, end = text.index("  portal:\n"), text.index("  postgres:\n")
    on_a_host = text[:start] + text[start:end].splitlines()[0] + HOST + text[end:]
    legacy = portal_on(on_a_host, "portal", f"runtime_type: {runtime}, legacy: true", tmp_path)
    assert legacy
    assert [path for path, content in legacy.items() if "portal" in path or "portal" in content] == []


def test_a_repeated_url_is_advice_with_both_places() -> None:
    found = [str(advice) for advice in load_topology(ROOT / "inventories" / "lxc-pve-lab" / "topology.yml").advice]
    assert any(
        "content.daytona.url: this repeats runtime_assets.daytona.endpoints.executor_url" in one for one in found
    )


def test_a_topology_without_advice_has_none(tmp_path: Path) -> None:
    assert load_topology(written(tmp_path, VALID)).advice == ()


@pytest.mark.parametrize(
    ("section", "asset"),
    [
        ("runtime_dependencies", "daytona"),
        ("connector_inventory", "nexus"),
        ("identity_plane", "openfga"),
        ("service_profiles", "github-runner"),
    ],
)
def test_a_faulty_asset_does_not_make_a_section_that_names_it_faulty(tmp_path: Path, section: str, asset: str) -> None:
    text = (ROOT / "inventories" / "lxc-pve-lab" / "topology.yml").read_text(encoding="utf-8")
    text = text.replace("../schemas/", "schemas/")
    for name in ("api", "worker", "executor", "gateway", "fleet"):
        schema = tmp_path / "schemas" / f"{name}.schema.json"
        schema.parent.mkdir(exist_ok=True)
        schema.write_text("{}")
    absent = actual(written(tmp_path, text.replace(f"\n  {asset}:\n", f"\n  {asset}-2:\n")))
    assert [one for one in absent if f" {section}" in one and f"asset '{asset}' does not exist" in one]
    faulty = actual(written(tmp_path, text.replace(f"\n  {asset}:\n    role: ", f"\n  {asset}:\n    role: X")))
    assert [one.partition(": ")[0].partition(" ")[2] for one in faulty] == [f"runtime_assets.{asset}.role"]


def test_every_field_says_what_it_means() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in models(Topology)
        for name in model.model_fields
        if name not in field_words(model)
    ]
    assert silent == []


def test_what_is_left_unsaid_is_counted_exactly_and_nothing_is_invented(tmp_path: Path) -> None:
    head = "".join(f"key{number}: 1\n" for number in range(2_000))
    found = actual(written(tmp_path, head + VALID.replace("profile: lab", "profile: 5")))
    assert found[0] == "1:1 there are 1,600 more errors, which are only counted; fix these first"
    assert not any("is missing" in violation for violation in found)


def test_a_rule_broken_everywhere_stops_and_says_so(tmp_path: Path) -> None:
    twin = "role: web, binding: {type: lxc, node: pve1, container_id: 101, network: lab, address: 10.20.30.12}"
    assets = "".join(f"  web-{number}: {{{twin}}}\n" for number in range(600))
    found = actual(written(tmp_path, VALID + assets))
    more = "is broken in more places, which were not looked for; fix these first"
    assert found[:2] == [f"1:1 'addresses are unique' {more}", f"1:1 'container ids are unique per node' {more}"]
    assert len(found) == 2 * 500 + 2
