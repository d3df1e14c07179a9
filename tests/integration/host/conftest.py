# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real hosts, a real OpenBao, and what a test asks of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import site
from ansible_collections.fractalops.infra.tests.lab.container import Container

CREDENTIALS = {"db-password": "bao://secret/runtime/postgres#password"}
#: Where a host asks of itself how it is.
STATE = """
import json, os, subprocess
store = "/etc/fractalops"
def read(path):
    try:
        return json.load(open(path))
    except FileNotFoundError:
        return None
listed = ["systemctl", "list-units", "--plain", "--no-legend", "--all", "fractalops-*"]
units = subprocess.run(listed, capture_output=True, text=True)
link = os.path.join(store, "confirmed")
trial = "/run/systemd/system.control"
print(json.dumps({
    "confirmed": os.path.basename(os.readlink(link)) if os.path.islink(link) else None,
    "transaction": read("/run/fractalops/transaction.json"),
    "units": {line.split()[0]: line.split()[2] for line in units.stdout.splitlines()},
    "trial_links": sorted(os.listdir(trial)) if os.path.isdir(trial) else [],
    "stubs": sorted(name for name in os.listdir("/etc/systemd/system") if name.startswith("fractalops-")),
}))
"""
ASK = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}/healthz', timeout=3).read().decode())"


@dataclass(frozen=True)
class Host:
    """A host seen from inside, without ssh."""

    name: str
    container: Container

    def run(self, command: str) -> str:
        """Standard output of a shell command on the host."""
        return self.container.attach(["/bin/sh", "-c", command])

    def state(self) -> dict[str, Any]:
        """Boot pointer, open transaction, units and links."""
        state: dict[str, Any] = json.loads(self.container.attach(["/usr/bin/python3", "-c", STATE]))
        return state

    def answer(self, port: int) -> dict[str, Any]:
        """What the service on that port says of itself."""
        answer: dict[str, Any] = json.loads(self.container.attach(["/usr/bin/python3", "-c", ASK.format(port=port)]))
        return answer

    def wait_for(self, holds: Callable[[dict[str, Any]], bool], seconds: float = 60) -> dict[str, Any]:
        """The state of the host as soon as ``holds`` is true of it; fails when that takes too long."""
        give_up = time.monotonic() + seconds
        while True:
            state = self.state()
            if holds(state):
                return state
            assert time.monotonic() < give_up, f"{self.name} did not get there: {state}"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def assets() -> dict[str, Any]:
    """Two hosts, two services each."""
    return {
        f"worker-{number}": site.host(
            number,
            {
                "fractalops-api": site.service("fractalops-api", 8081, CREDENTIALS),
                "fractalops-jobs": site.service(
                    "fractalops-jobs", 8082, {"api-key": "bao://secret/runtime/worker#api-key"}
                ),
            },
            window_seconds=15,
        )
        for number in (1, 2)
    }


@pytest.fixture(scope="session")
def delivered(
    lab: tuple[Container, ...], assets: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> site.Site:
    """A site whose hosts have the releases."""
    made = site.Site(tmp_path_factory.mktemp("site"))
    made.write(site.topology(assets))
    made.deliver_releases()
    return made


def brought_back(made: site.Site, assets: dict[str, Any]) -> site.Site:
    """The site, its hosts in order on the topology of ``assets`` whatever they were on."""
    made.write(site.topology(assets))
    run = made.play("fractalops.infra.site", "--tags=hosts")
    assert run.returncode == 0, run.output
    return made


@pytest.fixture(scope="module")
def base(delivered: site.Site, assets: dict[str, Any]) -> site.Site:
    """The site in order, whatever the file of tests before left."""
    return brought_back(delivered, assets)


@pytest.fixture
def in_order(delivered: site.Site, assets: dict[str, Any]) -> site.Site:
    """The site in order, whatever the test before left."""
    return brought_back(delivered, assets)


@pytest.fixture(scope="session")
def first_host(lab: tuple[Container, ...]) -> Host:
    """The same host, for what several tests share."""
    return Host("worker-1", lab[0])


@pytest.fixture
def first(lab: tuple[Container, ...]) -> Host:
    """The host the faults happen on."""
    return Host("worker-1", lab[0])


@pytest.fixture
def judged(in_order: site.Site, first: Host, record_property: Callable[[str, object], None]) -> Iterator[None]:
    """After the test, ``host_generation_info`` tells for the table of faults on which generation the host is."""
    before = first.state()["confirmed"]
    yield
    first.wait_for(lambda state: state["transaction"] is None)
    info = in_order.ask(first.name, "fractalops.infra.host_generation_info")
    record_property("ends", "old" if info["confirmed"] == before else "new")
    record_property("mixed", len(info["findings"]))
    assert info["findings"] == []


@pytest.fixture
def broken(assets: dict[str, Any]) -> dict[str, Any]:
    """The topology with a release on worker-1 that dies after its start."""
    wanted = site.topology(assets)
    api = wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"]
    api["release"] = {"app": "fractalops", "id": site.BROKEN_RELEASE}
    return wanted


@pytest.fixture
def slow(assets: dict[str, Any]) -> dict[str, Any]:
    """A good change of worker-1 with a soak long enough to be interrupted."""
    wanted = site.topology(assets)
    worker = wanted["runtime_assets"]["worker-1"]
    worker["activation"] = {"window_seconds": 25, "soak_seconds": 6}
    worker["services"]["fractalops-api"]["description"] = "changed"
    return wanted


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the project."""
    return Path(__file__).resolve().parents[3]
