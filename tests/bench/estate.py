# SPDX-License-Identifier: GPL-3.0-or-later
"""One estate of many hosts, written as a topology and in every format of inventory that Ansible brings.

Each host has 20 values and is in 4 of 30 groups, whatever the format: its kind, its role, its node and its profile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

ROLES = 18
NODES = 10
HOSTS_PER_FILE = 2_500
LARGEST_FILE = 3_000
HEAD = """\
schema_version: 1
profile: bench
openbao: {address: "https://bao.example:8200", mount: secret, auth: {method: approle}}
networks: {lab: {cidr: 10.20.0.0/16, gateway: 10.20.0.1}}
nodes:
"""
ASSET = """\
  {name}:
    role: {role}
    binding: {{type: lxc, node: {node}, container_id: {container_id}, network: lab, address: {address}}}
    activation: {{window_seconds: 120, soak_seconds: 5}}
    endpoints:
      public_url: "https://{name}.lab.example"
      executor_url: "https://{name}-executor.lab.example"
      internal_url: "http://{address}:8080"
      local_url: "http://127.0.0.1:{port}"
    services:
      api:
        description: The API of {name}
        user: api
        release: {{app: fractalops, id: "2026.11.20-1"}}
        exec: ["/opt/fractalops/current/bin/api"]
        ports: {{http: 8080}}
        hardening: strict
        state: running
"""


def write_topology(folder: Path, count: int) -> Path:
    """A topology of one file, or a folder of files when it is large, and the two lines that name it."""
    source = folder / "inventory.yml"
    parts = [range(first, min(first + HOSTS_PER_FILE, count)) for first in range(0, count, HOSTS_PER_FILE)]
    if count <= LARGEST_FILE:
        parts = [range(count)]
    (folder / "topology").mkdir()
    for number, part in enumerate(parts):
        with (folder / "topology" / f"{number:02}.yml").open("w", encoding="utf-8") as file:
            if not number:
                file.write(HEAD + "".join(f"  node-{n}: {{address: 10.30.0.{n}}}\n" for n in range(1, NODES + 1)))
            file.write("runtime_assets:\n")
            file.writelines(ASSET.format(**place(index)) for index in part)
    source.write_text("plugin: fractalops.infra.topology\ntopology: topology\n", encoding="utf-8")
    return source


def write_yaml(folder: Path, count: int) -> Path:
    """For the builtin ``yaml``: variables below ``all``, members below each group."""
    source = folder / "inventory.yml"
    with source.open("w", encoding="utf-8") as file:
        file.write("all:\n  hosts:\n")
        for name, variables in hosts(count):
            file.write(f"    {name}:\n")
            file.writelines(f"      {key}: {json.dumps(value)}\n" for key, value in variables.items())
        file.write("  children:\n")
        for group, members in groups(count):
            file.write(f"    {group}:\n      hosts:\n" + "".join(f"        {name}:\n" for name in members))
    return source


def write_ini(folder: Path, count: int) -> Path:
    """For the builtin ``ini``: one line per host."""
    source = folder / "inventory.ini"
    with source.open("w", encoding="utf-8") as file:
        for name, variables in hosts(count):
            file.write(f"{name} " + " ".join(f'{key}="{value}"' for key, value in variables.items()) + "\n")
        for group, members in groups(count):
            file.write(f"[{group}]\n" + "".join(f"{name}\n" for name in members))
    return source


def write_script(folder: Path, count: int) -> Path:
    """For the builtin ``script``: the answer stands ready in a file, so that only Ansible's part is measured."""
    answer, source = folder / "answer.json", folder / "inventory.sh"
    with answer.open("w", encoding="utf-8") as file:
        file.write('{"_meta": {"hostvars": {')
        file.writelines(f"{', ' * bool(n)}{json.dumps(one[0])}: {json.dumps(one[1])}" for n, one in _numbered(count))
        file.write("}}")
        for group, members in groups(count):
            file.write(f", {json.dumps(group)}: " + json.dumps({"hosts": members}))
        file.write("}\n")
    source.write_text(f"#!/bin/sh\ncat '{answer}'\n", encoding="utf-8")
    source.chmod(0o755)
    return source


def write_empty(folder: Path, count: int) -> Path:
    """One host without variables: what Ansible costs by itself. Has the name of the estate's first host."""
    source = folder / "inventory.ini"
    source.write_text(f"{place(0)['name']}\n", encoding="utf-8")
    return source


def hosts(count: int) -> Iterator[tuple[str, dict[str, str | int]]]:
    """Name and the 20 values of each host."""
    for index in range(count):
        its = place(index)
        name, address = its["name"], its["address"]
        yield (
            str(name),
            {
                **{key: its[key] for key in ("role", "node", "container_id")},
                "ansible_host": address,
                "type": "lxc",
                "network": "lab",
                "window_seconds": 120,
                "soak_seconds": 5,
                "public_url": f"https://{name}.lab.example",
                "executor_url": f"https://{name}-executor.lab.example",
                "internal_url": f"http://{address}:8080",
                "local_url": f"http://127.0.0.1:{its['port']}",
                "description": f"The API of {name}",
                "user": "api",
                "release_app": "fractalops",
                "release_id": "2026.11.20-1",
                "exec": "/opt/fractalops/current/bin/api",
                "http_port": 8080,
                "hardening": "strict",
                "state": "running",
            },
        )


def groups(count: int) -> Iterator[tuple[str, list[str]]]:
    """The 30 groups with their members, under the names the topology gives them."""
    names = [str(place(index)["name"]) for index in range(count)]
    yield "kind_lxc", names
    yield "profile_bench", names
    for number in range(ROLES):
        yield f"role_role_{number + 1}", names[number::ROLES]
    for number in range(NODES):
        yield f"node_node_{number + 1}", names[number::NODES]


def place(index: int) -> dict[str, str | int]:
    """What differs between hosts."""
    return {
        "name": f"host-{index:05}",
        "role": f"role-{index % ROLES + 1}",
        "node": f"node-{index % NODES + 1}",
        "container_id": 1000 + index,
        "port": 20_000 + index,
        "address": f"10.20.{index // 200 + 1}.{index % 200 + 1}",
    }


def _numbered(count: int) -> Iterator[tuple[int, tuple[str, dict[str, str | int]]]]:
    return enumerate(hosts(count))
