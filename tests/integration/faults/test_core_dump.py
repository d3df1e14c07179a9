# SPDX-License-Identifier: GPL-3.0-or-later
"""What crashes with secrets in its memory leaves no core, though every limit of the host would allow one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import (
    OWNER,
    START,
    DirectHost,
    asked,
    document,
    pinned,
)
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.integration.faults.power_cut import host_with_disk
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge
from ansible_collections.fractalops.infra.tests.lab import leak
from ansible_collections.fractalops.infra.tests.lab.command import attempt

REF = "bao://secret/runtime/postgres#password"
CANARY = "canary-of-a-core-dump-1f3870be"
CORES = "/var/tmp/cores"
#: Runs a command that may dump a core of any size, and says how it ended.
CRASH = f"""
import json, os, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
os.makedirs("{CORES}", exist_ok=True)
os.chdir("{CORES}")
status = os.waitpid(subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL).pid, 0)[1]
print(json.dumps({{"signal": os.WTERMSIG(status), "dumped": os.WCOREDUMP(status)}}))
"""
PYTHON = ["/usr/bin/python3", "-I", "-c"]
LEAKY = [*PYTHON, "import os, sys; secret = sys.stdin.read(); os.abort()"]
ABORTED = {"signal": 6, "dumped": False}
UNLIMITED = "[Manager]\nDefaultLimitCORE=infinity\n"


@pytest.fixture(scope="module")
def host() -> Iterator[DirectHost]:
    """A host with the hook, on which systemd allows cores of any size."""
    with host_with_disk("core", 44, {pinned(REF): CANARY}) as made:
        made.host.put("/etc/systemd/system.conf.d/core.conf", UNLIMITED.encode())
        made.host.run("systemctl daemon-reexec")
        yield made.host


def crash(host: DirectHost, command: list[str], stdin: str) -> dict[str, Any]:
    """How a command ended, and whether the kernel dumped its core."""
    ended = attempt(host.container.inside([*PYTHON, CRASH, *command]), stdin=stdin, timeout_seconds=60)
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def wanted(command: str) -> dict[str, Any]:
    """One service with the canary as its credential."""
    service = {
        "user": "fractalops-idle",
        "exec": ["/bin/sh", "-c", command],
        "hardening": "standard",
        "credentials": {"password": REF},
    }
    return document({"fractalops-idle": service}, window_seconds=10)


def cores(host: DirectHost) -> list[str]:
    """Files that are called like one, wherever a process of ours may have been."""
    return host.run(f"find / {CORES} -maxdepth 1 -type f -name 'core*' 2>/dev/null || true").split()


@pytest.mark.fault(55, "control: a core is dumped, and the scan finds the secret in it")
def test_a_leaky_process_leaves_its_secret_in_a_core(host: DirectHost) -> None:
    assert crash(host, LEAKY, CANARY) == {"signal": 6, "dumped": True}
    pattern = host.run("cat /proc/sys/kernel/core_pattern")
    hits = leak.on_host([CANARY], host.container)
    host.run(f"rm -rf {CORES}")
    # Of the whole machine; a pipe leads out of this host.
    assert bool(hits) == (not pattern.startswith("|"))


@pytest.mark.fault(55, "the module crashes with every secret of the host in its memory")
def test_a_module_that_crashes_leaves_no_core(host: DirectHost) -> None:
    FaultHook(host.container).stop_at("module/store.GenerationStore.stage:before", do="crash")
    payload = json.dumps({"generation": wanted("exec sleep infinity"), "secrets": dict(host.secrets)})
    assert crash(host, [*PYTHON, START % "host_generation"], asked(payload=payload, owner=OWNER)) == ABORTED
    assert cores(host) == []
    assert leak.on_host([CANARY], host.container) == []


@pytest.mark.fault(55, "the activation crashes after it decrypted credentials for its last words")
def test_an_activation_that_crashes_leaves_no_core(host: DirectHost, judge: Judge) -> None:
    old = host.whole(wanted("exec sleep infinity"))
    FaultHook(host.container).stop_at("activate/activation.journal_tail:after", do="crash")
    answer = host.apply(wanted("exit 3"))
    assert answer["failed"] and answer["stage"] == "rolled-back", answer
    said = host.run(f"journalctl --quiet --output=cat --unit=fractalops-activation-{answer['transaction']}")
    assert "code=killed, status=6/ABRT" in said, said
    assert cores(host) == []
    assert leak.on_host([CANARY], host.container) == []
    judge.whole(host, old, "old")


@pytest.mark.fault(55, "control: systemd lets what crashes dump its core")
def test_a_unit_that_crashes_may_leave_a_core(host: DirectHost) -> None:
    abort = "/usr/bin/python3 -I -c 'import os; os.abort()'"
    host.run(f"mkdir -p {CORES}; systemd-run --quiet --unit=leaky --property=WorkingDirectory={CORES} {abort}")
    host.run("until journalctl --quiet --output=cat --unit=leaky | grep -q status=6/ABRT; do sleep 0.1; done")
    assert "code=dumped" in host.run("journalctl --quiet --output=cat --unit=leaky")
    host.run(f"rm -rf {CORES}")
