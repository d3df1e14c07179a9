# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in a play: ours against community.hashi_vault, against a play that reads nothing, against a plain hvac loop.

All in one run on one real OpenBao, over TLS with an ordinary CA bundle: the system's, and the server's CA at its end.
Every play is one task per host that uses each of its secrets once; what differs is how it looks them up. A task per
secret would add what Ansible takes for a task, some 20 ms, to the peers alone. The play that reads nothing works out
every option of the peer's lookup, once per secret. Seconds mean something on this machine only, ratios elsewhere too.

Processor seconds are those of the play and all it leaves to others, so the process that reads for its forks counts;
those of the server stand beside them. All contenders run in turn: a busy minute of the machine is one for each.

Requests are what went over the wire, from the audit log: it shows inline auth as a login before each request, but
no token comes of it. Logins are those that made a token. The peers come with the package ``ansible``, which lands in
.cache/peers at the first run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..integration.openbao.server import POLICY, Server
from .adopted import adopt, processor_seconds, seconds_of_adopted

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
BIN = CACHE / "venv" / "bin"
TREES = CACHE / "collections"
PEERS = CACHE / "peers"
PLAYS = Path(__file__).parent / "peers" / "secrets"
REQUIREMENTS = Path(__file__).parent / "peers" / "requirements.txt"
SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
ACCESSORS = "auth/token/accessors"
SECRETS = 1000
MOST_RUNS = 5
ENOUGH_SECONDS = 12
#: As long as a path, so that every contender shows the same for a secret it has used.
VALUE = "secret-of-18-chars"
USED = f"{len(VALUE)},"
NOOP, OURS, PREFLIGHT, TOKEN, APPROLE, BATCH = "noop", "ours", "preflight", "token", "approle", "batch"
HVAC_LOOP, OUR_LOOP = "hvac loop", "our loop"
WORDS = {
    NOOP: "a play that reads nothing",
    OURS: "fractalops.infra.openbao",
    PREFLIGHT: "fractalops.infra.openbao, after preflight",
    TOKEN: "vault_kv2_get, token",
    APPROLE: "vault_kv2_get, approle",
    BATCH: "vault_kv2_get, approle, all paths in one lookup",
    HVAC_LOOP: "no Ansible: hvac, one session, a loop",
    OUR_LOOP: "no Ansible: our client, one batch",
}
CONTROL_PLANE = {"control_plane": {"hosts": {"host-00": {}}}}
#: At least this many times faster than a lookup per secret, at most this many times as slow as reading nothing.
FASTER, OVERHEAD = 15.0, 1.3


@dataclass(frozen=True, slots=True)
class Shape:
    """How many hosts, and how many secrets each; no secret is used twice."""

    name: str
    hosts: int
    refs: int

    @property
    def reads(self) -> int:
        return self.hosts * self.refs


SHAPES = (
    Shape("1", 1, 1),
    Shape("100", 1, 100),
    Shape("1000", 1, 1000),
    Shape("50x20", 50, 20),
)
#: Shapes with goals: in the small ones it is Ansible's own start that is measured.
JUDGED = ("1000", "50x20")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took, here and at the server."""

    wall_seconds: float
    cpu_seconds: float
    server_seconds: float
    requests: int
    logins: int
    tokens_left: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measured value beside its goal."""

    name: str
    value: float
    goal: float
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal if self.is_floor else self.value <= self.goal

    def __str__(self) -> str:
        goal = f"goal {'≥' if self.is_floor else '≤'} {self.goal:g}"
        return f"{self.name:<58} {self.value:8.2f}   {goal:<12} {'met' if self.is_met else 'MISSED'}"


#: Costs by shape and what was run.
Rows = dict[tuple[str, str], Cost]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, say whether the goals are met."""
    parser = argparse.ArgumentParser(prog="tests/bench/run secrets")
    parser.add_argument("--shapes", default=",".join(shape.name for shape in SHAPES), help="some of the default")
    chosen = parser.parse_args(arguments).shapes.split(",")
    fetch_peers()
    rows: Rows = {}
    with tempfile.TemporaryDirectory() as folder:
        adopt()
        server = Server(Path(folder))
        try:
            bench = Bench(server)
            for shape in (shape for shape in SHAPES if shape.name in chosen):
                rows |= bench.measure(shape)
                print("\n".join(table(rows, shape)), flush=True)
        finally:
            server.stop()
    verdicts = [verdict for name in JUDGED if name in chosen for verdict in judge(rows, name)]
    print("\n" + "\n".join(map(str, verdicts)))
    return 0 if all(verdict.is_met for verdict in verdicts) else 1


def fetch_peers() -> None:
    """The collections of the package ``ansible``, once."""
    done = PEERS / "done"
    if done.exists() and done.read_bytes() == REQUIREMENTS.read_bytes():
        return
    print("fetching the package ansible for its collection community.hashi_vault", file=sys.stderr)
    command = [str(CACHE / "boot/bin/uv"), "pip", "install", "--quiet", f"--python={BIN / 'python'}", "--no-deps"]
    command += [f"--target={PEERS}", f"--requirement={REQUIREMENTS}"]
    settings = {"UV_CACHE_DIR": str(CACHE / "uv"), "UV_SYSTEM_CERTS": "1"}
    subprocess.run(command, check=True, env=os.environ | settings)
    done.write_bytes(REQUIREMENTS.read_bytes())


class Bench:
    """A seeded server, and what is run against it."""

    def __init__(self, server: Server) -> None:
        self._server, self._folder = server, server.folder
        self._bundle = self._folder / "bundle.pem"
        self._bundle.write_bytes(SYSTEM_BUNDLE.read_bytes() + server.ca.read_bytes())
        self._paths = [f"runtime/bench/{number:04}" for number in range(SECRETS)]
        server.call("POST", "sys/auth/approle", {"type": "approle"})
        for path in self._paths:
            server.write(path, {"value": VALUE})
        self._credentials = server.approle("bench", POLICY)
        self._token = server.call("POST", "auth/token/create", {"policies": ["bench"], "no_parent": True})
        (self._folder / "ansible.cfg").write_text("[defaults]\nlocalhost_warning = false\n", encoding="utf-8")

    def measure(self, shape: Shape) -> Rows:
        """Everything on one shape; what takes long runs once."""
        inventory = self._inventory(shape)
        commands = {name: self._play(name, inventory) for name in (NOOP, OURS, PREFLIGHT, BATCH, TOKEN, APPROLE)}
        if shape.hosts == 1:
            site = self._site(shape)
            loop = [str(BIN / "python"), str(PLAYS / "loop.py")]
            commands |= {HVAC_LOOP: [*loop, "hvac", str(site)], OUR_LOOP: [*loop, "ours", str(site)]}
        return {(shape.name, name): cost for name, cost in self._costs(commands, shape).items()}

    def _play(self, name: str, inventory: Path) -> list[str]:
        return [str(BIN / "ansible-playbook"), f"--inventory={inventory}", str(PLAYS / f"{name}.yml")]

    def _inventory(self, shape: Shape) -> Path:
        """Hosts that are this machine, each with its own secrets, and the settings of ours and of the peers."""
        identity = json.loads(Path(self._credentials).read_text(encoding="utf-8"))
        settings = {
            "ansible_connection": "local",
            "topology_openbao": self._openbao(),
            "openbao_credentials_file": self._credentials,
            "ansible_hashi_vault_url": self._server.address,
            "ansible_hashi_vault_ca_cert": str(self._bundle),
            "ansible_hashi_vault_token": self._token["auth"]["client_token"],
            **{f"ansible_hashi_vault_{name}": value for name, value in identity.items()},
        }
        parts = [self._paths[first : first + shape.refs] for first in range(0, shape.reads, shape.refs)]
        hosts = {f"host-{number:02}": {"paths": part, "refs": _refs(part)} for number, part in enumerate(parts)}
        file = self._folder / f"{shape.name}.json"
        file.write_text(
            json.dumps({"all": {"vars": settings, "hosts": hosts, "children": CONTROL_PLANE}}), encoding="utf-8"
        )
        return file

    def _site(self, shape: Shape) -> Path:
        """What the loops without Ansible need to know."""
        paths = self._paths[: shape.reads]
        site = {
            "address": self._server.address,
            "bundle": str(self._bundle),
            "token": self._token["auth"]["client_token"],
            "openbao": self._openbao(),
            "credentials": self._credentials,
            "paths": paths,
            "refs": _refs(paths),
        }
        file = self._folder / f"site-{shape.name}.json"
        file.write_text(json.dumps(site), encoding="utf-8")
        return file

    def _openbao(self) -> dict[str, Any]:
        auth = {"method": "approle", "path": "approle"}
        return {"address": self._server.address, "mount": "secret", "ca_file": str(self._bundle), "auth": auth}

    def _costs(self, commands: dict[str, list[str]], shape: Shape) -> dict[str, Cost]:
        """The medians of up to five runs each; fewer of what is long."""
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(MOST_RUNS):
            for name, command in commands.items():
                if sum(one.wall_seconds for one in costs[name]) < ENOUGH_SECONDS:
                    costs[name].append(self._run(command, shape))
        return {name: _median(some) for name, some in costs.items()}

    def _run(self, command: list[str], shape: Shape) -> Cost:
        """Run once, and make sure that every secret was used."""
        output, tokens, seen = self._folder / "output", len(self._server.accessors()), self._audit_size()
        with output.open("wb") as stream:
            start, at_server = time.perf_counter(), processor_seconds(self._server.pid)
            process = subprocess.Popen(
                command, env=self._environment(), cwd=self._folder, stdout=stream, stderr=subprocess.STDOUT
            )
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime + seconds_of_adopted(beside=self._server.pid)
        at_server = processor_seconds(self._server.pid) - at_server
        text = output.read_text(encoding="utf-8")
        if process.returncode or text.count(USED) != shape.reads:
            sys.exit(f"{command}: not what was to be measured\n{text[-4000:]}")
        left = len(self._server.accessors()) - tokens
        requests, logins = self._asked(seen, left)
        return Cost(seconds, cpu, at_server, requests, logins, left)

    def _audit_size(self) -> int:
        return self._server.audit_log.stat().st_size

    def _asked(self, seen: int, tokens_left: int) -> tuple[int, int]:
        """Requests, and logins that made a token, since the audit log had ``seen`` bytes; our own question aside."""
        with self._server.audit_log.open("rb") as log:
            log.seek(seen)
            entries = [entry for entry in map(json.loads, log) if entry["type"] == "request"]
        paths = [entry["request"]["path"] for entry in entries if not entry["request"]["path"].startswith(ACCESSORS)]
        audited = sum(path.endswith("/login") for path in paths)
        logins = tokens_left + sum(path.startswith("auth/token/revoke") for path in paths)
        return len(paths) - audited + logins, logins

    def _environment(self) -> dict[str, str]:
        """Settings of this bench only."""
        return {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_CONFIG": str(self._folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self._folder / "ansible"),
            "ANSIBLE_COLLECTIONS_PATH": f"{TREES}:{PEERS}",
            "PYTHONPATH": str(TREES),
        }


def _median(costs: list[Cost]) -> Cost:
    """Of each kind of seconds; of the rest the last."""
    seconds = zip(*((one.wall_seconds, one.cpu_seconds, one.server_seconds) for one in costs), strict=True)
    wall, cpu, server = map(statistics.median, seconds)
    return replace(costs[-1], wall_seconds=wall, cpu_seconds=cpu, server_seconds=server)


def _refs(paths: list[str]) -> list[str]:
    return [f"bao://secret/{path}#value" for path in paths]


def table(rows: Rows, shape: Shape) -> Iterator[str]:
    """One line per contender."""
    title = f"{shape.refs:,} secrets, {shape.hosts} host{'s' if shape.hosts > 1 else ''}"
    yield f"\n{title:<50}{'wall s':>8}{'cpu s':>8}{'server s':>10}{'requests':>10}{'logins':>8}{'tokens left':>13}"
    for name, words in WORDS.items():
        if (shape.name, name) in rows:
            one = rows[shape.name, name]
            seconds = f"{one.wall_seconds:>8.2f}{one.cpu_seconds:>8.2f}{one.server_seconds:>10.2f}"
            figures = f"{seconds}{one.requests:>10}{one.logins:>8}"
            yield f"{words:<50}{figures}{one.tokens_left:>13}"


def judge(rows: Rows, shape: str) -> Iterator[Verdict]:
    """What was promised for this shape."""
    ours = rows[shape, OURS]
    for peer in (TOKEN, APPROLE):
        ratio = rows[shape, peer].wall_seconds / ours.wall_seconds
        yield Verdict(f"{shape}: {WORDS[peer]} / ours", ratio, FASTER, is_floor=True)
    noop = rows[shape, NOOP]
    yield Verdict(f"{shape}: ours / {WORDS[NOOP]}", ours.wall_seconds / noop.wall_seconds, OVERHEAD)
    yield Verdict(f"{shape}: the same, processor of the controller", ours.cpu_seconds / noop.cpu_seconds, OVERHEAD)
    yield Verdict(f"{shape}: logins of ours", ours.logins, 0)
    yield Verdict(f"{shape}: tokens left by ours", ours.tokens_left, 0)
    if (shape, OUR_LOOP) in rows:
        loop = rows[shape, OUR_LOOP].wall_seconds / rows[shape, HVAC_LOOP].wall_seconds
        yield Verdict(f"{shape}: our client / plain hvac loop", loop, 1.0)


if __name__ == "__main__":
    sys.exit(main())
