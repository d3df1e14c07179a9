# SPDX-License-Identifier: GPL-3.0-or-later
"""A small valid topology to start from."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[5]
#: Where plain Python finds the collection: ansible-test works on a real tree, everyone else on a link.
TREE = ROOT.parents[2] if ROOT.parts[-3] == "ansible_collections" else ROOT / ".cache" / "collections"

HEAD = """\
schema_version: 1
profile: lab
openbao: {address: "https://bao.example:8200", mount: secret, auth: {method: approle}}
networks: {lab: {cidr: 10.20.30.0/24, gateway: 10.20.30.1}}
nodes: {pve1: {address: 10.20.30.2}}
"""
ASSETS = """\
runtime_assets:
  web:
    role: web
    binding: {type: lxc, node: pve1, container_id: 101, network: lab, address: 10.20.30.11}
"""
VALID = HEAD + ASSETS


def written(folder: Path, content: str | bytes) -> Path:
    """``content`` as the file ``topology.yml`` in ``folder``."""
    file = folder / "topology.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return file


def connected(kind: str, mode: str, how: str) -> str:
    """A topology with one connector to an integration; ``how`` is its connector mode."""
    return f"""{HEAD}runtime_assets:
  proxy:
    role: integration
    binding: {{type: external}}
    endpoints: {{executor_url: "https://proxy.example"}}
    auth: {{method: none}}
connector_inventory:
  - {{id: a, kind: {kind}, asset: proxy, mode: {mode}, connector_mode: {how}, scim_base_url: "https://scim.example/v2"}}
"""
