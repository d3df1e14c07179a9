# SPDX-License-Identifier: GPL-3.0-or-later
"""On which generation a host is, judged twice: by the product's ``host_generation_info``, and by looking for ourselves.

A host is *on* a generation only when everything says so: the boot pointer, stubs and wants links, no trial link, no
guard or activation left, every service of it answers as the generation configured it, none of the other does, and
``host_generation_info`` has no finding. Whatever is neither the old nor the new one is mixed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost, Document

SETTLE_SECONDS = 60.0
NOTHING = "nothing"
#: Waits by looking at files only, so that many hosts can wait at once: every guard and activation is a transient unit.
LOOK = """
import glob, json, os, subprocess, time, urllib.request
give_up = time.monotonic() + {patience}
while glob.glob("/run/systemd/transient/fractalops-*") and time.monotonic() < give_up:
    time.sleep(0.1)
def links(*patterns):
    found = [path for pattern in patterns for path in glob.glob(pattern)]
    return {path: os.readlink(path) for path in found if os.path.islink(path)}
def answer(port):
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d/healthz" % port, timeout=3) as stream:
            return json.load(stream)["service"]
    except (OSError, ValueError):
        return None
pointer = "/etc/fractalops/confirmed"
listed = subprocess.run(["systemctl", "list-units", "--plain", "--no-legend", "--all", "fractalops-*"],
                        stdout=subprocess.PIPE, text=True)
lives = {line.split()[0]: line.split()[2] for line in listed.stdout.splitlines()}
names = os.listdir("/etc/systemd/system")
print(json.dumps({
    "pointer": os.path.basename(os.readlink(pointer)) if os.path.islink(pointer) else None,
    "stubs": sorted(name for name in names if name.startswith("fractalops-")),
    "wants": sorted(name for name in os.listdir("/etc/systemd/system/multi-user.target.wants")
                    if name.startswith("fractalops-")),
    "trial": links("/run/systemd/system.control/*", "/run/systemd/system.control/*/*"),
    "open": os.path.exists("/run/fractalops/transaction.json"),
    "half": [name for name in os.listdir("/etc/fractalops/generations") if name.startswith(".")]
            if os.path.isdir("/etc/fractalops/generations") else [],
    "helpers": sorted(name for name in lives if "-guard-" in name or "-activation-" in name),
    "active": sorted(name for name, life in lives.items() if life == "active" and name.endswith(".service")
                     and "-guard-" not in name and "-activation-" not in name),
    "answers": {str(port): answer(port) for port in {ports}},
}))
"""


@dataclass(frozen=True)
class Expected:
    """What a host on one generation looks like, read from the document of the generation."""

    id: str | None
    answers: dict[int, str]
    """What runs, by port."""
    units: list[str]

    @classmethod
    def of(cls, document: Document | None) -> Expected:
        """Of a document whose services all run; None is a host without a generation."""
        if document is None:
            return cls(None, {}, [])
        configs = [json.loads(unit["files"]["config.json"]) for unit in document["units"].values()]
        answers = {config["port"]: config["name"] for config in configs}
        return cls(Generation.parse(document).id, answers, sorted(document["units"]))

    def complaints(self, seen: dict[str, Any]) -> list[str]:
        """Why the host is not on this generation; empty when it is."""
        wanted = {
            "pointer": self.id,
            "stubs": sorted([*self.units, *(f"{name}.d" for name in self.units)]),
            "wants": self.units,
            "trial": {},
            "active": self.units,
            "answers": {port: self.answers.get(int(port)) for port in seen["answers"]},
        }
        return [f"{what} is {seen[what]}, not {value}" for what, value in wanted.items() if seen[what] != value]

    def doubts(self, info: dict[str, Any], seen: dict[str, Any]) -> list[str]:
        """What ``host_generation_info`` says against it; a host without a generation is told as one finding."""
        doubts = [f"{name} is {info[name]}" for name in ("confirmed", "running") if info[name] != self.id]
        doubts += [
            f"{one['id']} {one['problem']}" for one in info["generations"] if one["id"] == self.id and one["problem"]
        ]
        quiet = {"transaction"} if seen["open"] else {"generation"} if self.id is None else set()
        return doubts + [str(one) for one in info["findings"] if one["kind"] not in quiet]


def look(host: DirectHost, ports: tuple[int, ...] = (), patience_seconds: float = 0.0) -> dict[str, Any]:
    """The host as it is once nobody works on it any more, or when patience ends; without any code of the product."""
    words = LOOK.replace("{ports}", repr(ports)).replace("{patience}", repr(patience_seconds))
    seen: dict[str, Any] = json.loads(
        host.container.attach(["/usr/bin/python3", "-I", "-c", words], timeout_seconds=patience_seconds + 30)
    )
    return seen


def verdict(host: DirectHost, candidates: dict[str, Expected], info: Callable[[], dict[str, Any]] | None = None) -> str:
    """Which of the candidates the host is on once it has settled, by name; ``mixed: …`` when none.

    Settled: no activation is open and no guard is left; or one is open that nobody will ever end but the next run,
    because its process was killed before it armed a guard. Nothing has changed then. ``info`` asks the host by another
    way than straight, such as a play.
    """
    ports = tuple(sorted({port for one in candidates.values() for port in one.answers}))
    give_up = time.monotonic() + SETTLE_SECONDS
    while True:
        seen = look(host, ports, give_up - time.monotonic())
        complaints = {name: one.complaints(seen) for name, one in candidates.items()}
        fitting = [name for name, found in complaints.items() if not found]
        if fitting and not seen["helpers"]:
            break
        if time.monotonic() > give_up:
            return f"mixed: {seen['helpers'] or complaints}"
        time.sleep(0.5)  # a service that was restarted just now does not answer yet
    doubts = candidates[fitting[0]].doubts((info or host.info)(), seen)
    return f"mixed: looks like {fitting[0]}, but {'; '.join(doubts)}" if doubts else fitting[0]
