# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demo did, line by line, each line asked of the real system."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..lab import leak, openbao, site
from ..lab.container import Container
from ..lab.place import PROJECT
from . import place

ROLLED_BACK = re.compile(r"rolled-back: ([^;\n]+)")
ASK = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}/healthz', timeout=5).read().decode())"


@dataclass(frozen=True)
class Facts:
    """What the demo knows by itself; everything else is looked up."""

    containers: tuple[Container, ...]
    runs: Mapping[str, site.Run]
    accessors_before: int


def summarise(facts: Facts) -> str:
    """The summary. Raises DemoError when the system is not as it should be."""
    sections = [hosts(facts), secrets(facts), tree(), runs(facts), ways_on(facts)]
    return "\n" + "\n".join(line for section in sections for line in section)


def hosts(facts: Facts) -> list[str]:
    """Each host with its generation, each service with its answer."""
    lines = ["Hosts"]
    for container in facts.containers:
        lines.append(f"  {container.name:<8}{container.address:<14}generation {generation(container)}")
        lines += [f"    {line}" for line in services(container)]
    return lines


def generation(container: Container) -> str:
    """What the boot pointer of the host names."""
    return Path(container.attach(["/bin/readlink", "/etc/fractalops/confirmed"]).strip()).name


def services(container: Container) -> list[str]:
    """Each service of the topology on this host: its state, and what it answers."""
    lines = []
    for name, service in declared(container).items():
        state = container.attach(["/bin/systemctl", "show", "--value", "--property=ActiveState", name]).strip()
        answer = json.loads(container.attach(["/usr/bin/python3", "-c", ASK.format(port=service["ports"]["http"])]))
        if state != "active" or answer["service"] != name:
            raise place.DemoError(f"{container.name}: {name} is {state} and answers {answer}")
        held = ", ".join(f"{key} ({size} bytes)" for key, size in answer["credential_bytes"].items())
        lines.append(f"{name:<22}{state:<8}/healthz answers; holds {held}")
    return lines


def declared(container: Container) -> dict[str, dict[str, dict[str, int]]]:
    """The services the topology puts on the host with this address."""
    assets = yaml.safe_load(place.topology_text())["runtime_assets"].values()
    return next(dict(asset["services"]) for asset in assets if asset["binding"].get("address") == container.address)


def secrets(facts: Facts) -> list[str]:
    """Reads by path, tokens left, and the leak scan with its control."""
    values = openbao.markers()
    outputs = {name: run.output for name, run in facts.runs.items()}
    found = leak.in_text(values, outputs) + leak.on_controller(values) + leak.in_folder(values, place.DEMO)
    controls = 0
    for container in facts.containers:
        found += [f"{container.name}:{path}" for path in leak.on_host(values, container)]
        controls += len(leak.in_credentials(values, container))
    left = openbao.accessors() - facts.accessors_before
    if found or left or not controls:
        raise place.DemoError(f"leaks {found}, tokens left {left}, control found {controls}")
    return [
        "Secrets",
        f"  read from OpenBao      {len(reads())} requests in three runs, {len(set(reads()))} distinct paths",
        f"  tokens left behind     {left}",
        f"  found in clear         {len(found)} on hosts, in output, on the controller and in the tree",
        f"  control                {controls} found where systemd hands them to running units",
    ]


def reads() -> list[str]:
    """Path of every secret the runs read, from the server's audit log."""
    events = (json.loads(line) for line in openbao.AUDIT_LOG.read_text().splitlines())
    return [
        event["request"]["path"]
        for event in events
        if event["type"] == "request"
        and event["request"].get("operation") == "read"
        and event["request"]["path"].startswith("secret/data/")
        and "root" not in event.get("auth", {}).get("policies", [])
    ]


def tree() -> list[str]:
    """The tree of the cluster, built by kubectl."""
    files = [path for path in place.TREE.rglob("*") if path.is_file() and ".git" not in path.parts]
    folder = next(path.parent for path in files if path.name == "kustomization.yaml")
    built = subprocess.run(
        ["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False, timeout=60
    )
    if built.returncode:
        raise place.DemoError(f"kubectl kustomize {folder}: {built.stderr}")
    documents = [document["kind"] for document in yaml.safe_load_all(built.stdout)]
    return [
        "Kubernetes",
        f"  tree                   {folder.relative_to(PROJECT)}, {len(files)} files",
        f"  kubectl kustomize      {len(documents)} documents: {', '.join(sorted(set(documents)))}",
    ]


def runs(facts: Facts) -> list[str]:
    """What each run did, from its recap."""
    changed = {name: sum(run.changed.values()) for name, run in facts.runs.items()}
    broken = facts.runs["broken"]
    failed = [name for name, count in broken.failed.items() if count]
    reason = ROLLED_BACK.search(broken.output)
    if not failed or reason is None:
        raise place.DemoError(f"the broken release did not roll back:\n{broken.output}")
    return [
        "Runs",
        f"  first                  changed={changed['first']}",
        f"  second                 changed={changed['second']}",
        f"  broken release         failed and rolled back on {', '.join(failed)}",
        f"                         {reason[1]}",
    ]


def ways_on(facts: Facts) -> list[str]:
    """How to look further."""
    name = facts.containers[0].name
    return [
        "Look further",
        f"  a host                 tests/lab/lab hosts ssh {name}",
        f"  its history            tests/lab/lab hosts ssh {name} -- cat /etc/fractalops/history.jsonl",
        f"  the topology           {place.INVENTORY.relative_to(PROJECT)}/topology.yml",
        "  remove it all          make demo-down",
    ]
