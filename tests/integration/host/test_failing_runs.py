# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads when activations fail: the words of each host once and in order, then what the run did."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import hosts, network, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .conftest import Host

SITE = "fractalops.infra.site"
NAMES = ("worker-1", "worker-2", "worker-3")
NEXT = "next: fix the cause, then run: ansible-playbook fractalops.infra.site --tags hosts --limit "
FAILED_LINE = re.compile(r"^fatal: \[(\S+)\]: (?:FAILED|UNREACHABLE)! =>", re.MULTILINE)
#: A program that needs a file, and says so; what it says when it is stopped is nobody's reason.
PROGRAM = (
    "trap 'echo {name} was told to stop; exit 0' TERM; "
    "if test -e {needs}; then echo {name} is up; "
    "else echo {name} lacks its schema; echo giving up; sleep 0.3; exit 7; fi; "
    "while true; do sleep 0.2; done"
)
CLUSTER = {
    "git": {"url": "https://git.lab.example/fractalops/fleet.git", "revision": "main", "path": "clusters/lab"},
    "delivery": {
        "type": "argocd",
        "namespace": "argocd",
        "project": "default",
        "destination_server": "https://kubernetes.default.svc",
    },
    "openbao_address": "https://bao.lab.example:8200",
    "secret_store": {
        "method": "kubernetes",
        "path": "kubernetes",
        "role": "external-secrets",
        "service_account": "external-secrets",
    },
    "charts": {"grid": {"repository": "https://charts.lab.example/stable/", "name": "grid", "version": "0.3.1"}},
}
GRID = {
    "role": "grid",
    "binding": {"type": "kubernetes", "cluster": "lab", "namespace": "browsers", "workload": "grid"},
    "helm": {"chart": "grid"},
}


def program(name: str, needs: str = "/srv", **changes: Any) -> dict[str, Any]:
    """A service that says who it is."""
    command = ["/bin/sh", "-c", PROGRAM.format(name=name, needs=needs)]
    return {"user": "fractalops-api", "exec": command, "hardening": "standard", **changes}


def assets(services: dict[str, dict[str, Any]], soak_seconds: int = 1, window_seconds: int = 30) -> dict[str, Any]:
    """An asset for each host, with its one service."""
    return {
        name: site.host(
            number, {"fractalops-api": services[name]}, window_seconds=window_seconds, soak_seconds=soak_seconds
        )
        for number, name in enumerate(NAMES, 1)
        if name in services
    }


def everywhere(service: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same service on all hosts."""
    return dict.fromkeys(NAMES, service)


@pytest.fixture(scope="module")
def three(lab: tuple[Container, ...]) -> Iterator[dict[str, Host]]:
    """Three hosts."""
    more = hosts.up(1, prefix="more", first=3)
    yield {name: Host(name, container) for name, container in zip(NAMES, (*lab, *more), strict=True)}
    hosts.down("more")


@pytest.fixture(scope="module")
def fleet(three: dict[str, Host], tmp_path_factory: pytest.TempPathFactory) -> site.Site:
    """A site of the three hosts, and a git tree for a cluster."""
    assert set(three) == set(NAMES)
    folder = tmp_path_factory.mktemp("fleet")
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-C", str(folder / "tree")]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder / "tree")], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "empty"], check=True)
    return site.Site(folder / "site", tree=folder / "tree")


@pytest.fixture
def steady(fleet: site.Site) -> site.Site:
    """All three hosts run the same good program."""
    fleet.write(site.topology(assets(everywhere(program("steady")))))
    run = fleet.play(SITE, "--tags=hosts")
    assert run.returncode == 0, run.output
    return fleet


def with_cluster(wanted: dict[str, Any]) -> dict[str, Any]:
    """The topology of these assets and one cluster."""
    return site.topology({**wanted, "grid": GRID}, clusters={"lab": CLUSTER})


def words(run: site.Run, name: str) -> list[str]:
    """What is printed of the failure of a host, without its result."""
    start = f"[ERROR]: Task failed: {name}: "
    assert run.output.count(start) == 1, run.output
    block = run.output[run.output.index(start) + len(start) :].split("\n\n")[0]
    return block.splitlines()


def result(run: site.Run, name: str) -> str:
    """What is printed of the result of a host."""
    return next(line for line in run.output.splitlines() if line.startswith(f"fatal: [{name}]: "))


def summary(run: site.Run) -> list[str]:
    """The lines of the one summary, which is the last thing before the recap."""
    assert run.output.count("[Say what happened]") == 1, run.output
    said = run.output.partition("[Say what happened]")[2].partition("\nPLAY RECAP")[0]
    assert "TASK [" not in said, run.output
    lines: list[str] = json.loads(said[said.index("{") : said.rindex("}") + 1])["msg"]
    return lines


def generation(host: Host) -> str:
    """What the host boots."""
    return str(host.state()["confirmed"])


@pytest.fixture(scope="module")
def rolled_back(three: dict[str, Host], fleet: site.Site) -> dict[str, str]:
    """Hosts on a second generation, whose first one does not work any more; the ids they are on."""
    for needs in ("/srv/schema", "/srv"):
        for host in three.values():
            host.run("touch /srv/schema")
        name = "older" if needs == "/srv/schema" else "newer"
        fleet.write(site.topology(assets(everywhere(program(name, needs)))))
        run = fleet.play(SITE, "--tags=hosts")
        assert run.returncode == 0, run.output
    for host in three.values():
        host.run("rm /srv/schema")
    return {name: generation(host) for name, host in three.items()}


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_rollback_that_fails_on_three_hosts_says_once_what_each_program_said(
    fleet: site.Site, rolled_back: dict[str, str], form: str
) -> None:
    variables = ("--extra-vars=generation=previous", "--extra-vars=reason=slow")
    run = fleet.play("fractalops.infra.rollback", *variables, ANSIBLE_CALLBACK_RESULT_FORMAT=form)
    assert run.returncode == 2, run.output
    for name, here in rolled_back.items():
        what, *said, where, then = words(run, name)
        assert re.match(r"generation \w+ rolled-back: health: fractalops-api.service is .*\(exit-code, exit 7\)", what)
        assert said == ["fractalops-api.service said last:", "  older lacks its schema", "  giving up"]
        assert where == f"the host is on generation {here}"
        assert then == NEXT + name
        assert run.output.index(f"failed: {name}: ") < run.output.index(f"fatal: [{name}]")
    assert run.output.count("lacks its schema") == 3, "once for each host"
    assert "was told to stop" not in run.output and "Origin: " not in run.output
    assert run.failed == dict.fromkeys(NAMES, 1) and not run.hosts_changed
    assert FAILED_LINE.findall(run.output) and sorted(FAILED_LINE.findall(run.output)) == sorted(NAMES)
    if form == "json":
        lines = summary(run)
        assert [line.partition(":")[0] for line in lines[:-1]] == list(NAMES)
        assert all(": rolled back: generation " in line and "exit 7" in line for line in lines[:-1]), lines
        assert lines[-1] == "3 rolled back"
        assert '"units"' not in result(run, "worker-1") and "\\n" not in result(run, "worker-1")


def test_a_host_that_rolled_back_stops_the_clusters_and_all_of_it_is_summed_up(
    steady: site.Site, three: dict[str, Host]
) -> None:
    three["worker-2"].run("printf '#!/usr/bin/absent\\n' > /opt/lost && chmod 755 /opt/lost")
    before = generation(three["worker-2"])
    changed = everywhere(program("steady")) | {
        "worker-2": program("unused", exec=["/opt/lost"]),
        "worker-3": program("moved"),
    }
    steady.write(with_cluster(assets(changed)))
    run = steady.play(SITE)
    assert run.returncode == 2, run.output
    what, heading, *said, where, then = words(run, "worker-2")
    assert what.startswith("generation ") and "fractalops-api.service" in what
    assert heading == "fractalops-api.service said last:" and any("/opt/lost" in line for line in said), said
    assert (where, then) == (f"the host is on generation {before}", NEXT + "worker-2")
    lines = summary(run)
    assert lines[0] == f"worker-1: in order on generation {generation(three['worker-1'])}"
    assert re.match(rf"worker-3: \w+ -> {generation(three['worker-3'])}, units \+0 ~1 -0, repairs 0", lines[1])
    assert lines[2].startswith("worker-2: rolled back: generation ")
    assert lines[3:] == ["lab: not reached", "1 in order, 1 changed, 1 not reached, 1 rolled back"]
    assert run.failed == {"control_plane": 0, "lab": 0, "worker-1": 0, "worker-2": 1, "worker-3": 0}
    assert run.hosts_changed == {"worker-3"}
    assert steady.tree is not None and not (steady.tree / "clusters").exists()


def test_a_run_that_works_ends_with_what_it_did_and_another_with_what_is_in_order(
    steady: site.Site, three: dict[str, Host]
) -> None:
    before = {name: generation(host) for name, host in three.items()}
    steady.write(with_cluster(assets(everywhere(program("steady")) | {"worker-1": program("moved")})))
    planned = steady.play("fractalops.infra.plan")
    assert planned.returncode == 0, planned.output
    moved = re.compile(rf"worker-1: would go {before['worker-1']} -> \w+, units \+0 ~1 -0, repairs 0")
    assert any(moved.fullmatch(line) for line in summary(planned)), summary(planned)
    run = steady.play(SITE)
    assert run.returncode == 0, run.output
    lines = summary(run)
    assert lines[:2] == [f"{name}: in order on generation {before[name]}" for name in ("worker-2", "worker-3")]
    assert lines[2].startswith(f"worker-1: {before['worker-1']} -> {generation(three['worker-1'])}, ")
    assert re.fullmatch(r"lab: files written \d+, pruned 0, unchanged 0", lines[3])
    assert lines[4] == "2 in order, 2 changed"
    again = steady.play(SITE, "--check", "--tags=hosts")
    assert summary(again)[-1] == "3 in order" and not again.hosts_changed, again.output


def test_a_service_that_does_not_answer_is_quoted_and_its_host_alone_is_summed_up(
    steady: site.Site, three: dict[str, Host]
) -> None:
    before = generation(three["worker-1"])
    asked = {"ports": {"http": 8099}, "health": {"http": "http://127.0.0.1:8099/healthz", "within_seconds": 2}}
    steady.write(site.topology(assets(everywhere(program("steady")) | {"worker-1": program("deaf", **asked)})))
    run = steady.play(SITE, "--tags=hosts", "--limit=worker-1")
    assert run.returncode == 2, run.output
    what, *said, where, then = words(run, "worker-1")
    assert "http://127.0.0.1:8099/healthz gave no answer (ConnectionRefusedError) after 2 s" in what
    assert said == ["fractalops-api.service said last:", "  deaf is up"]
    assert (where, then) == (f"the host is on generation {before}", NEXT + "worker-1")
    assert summary(run)[1:] == ["1 rolled back"] and summary(run)[0].startswith("worker-1: rolled back: ")


def test_a_host_nobody_can_log_in_to_any_more_is_said_once_and_summed_up(
    steady: site.Site, three: dict[str, Host]
) -> None:
    first = three["worker-1"]
    wanted = assets(everywhere(program("steady")), window_seconds=25)
    wanted["worker-1"] = copy.deepcopy(assets({"worker-1": program("moved")}, soak_seconds=6, window_seconds=25))[
        "worker-1"
    ]
    steady.write(site.topology(wanted))
    with ThreadPoolExecutor() as pool:
        play = pool.submit(steady.play, SITE, "--tags=hosts", "--limit=worker-1,worker-2")
        first.wait_for(lambda state: bool(state["transaction"]) and state["transaction"]["stage"] == "trial")
        first.run("systemctl stop ssh.socket ssh.service; systemctl mask --runtime ssh.service")
        try:
            run = play.result()
            first.wait_for(lambda state: state["transaction"] is None)
        finally:
            first.run("systemctl unmask --runtime ssh.service; systemctl start ssh.service")
    assert run.returncode == 2, run.output
    what, *_more, then = words(run, "worker-1")
    assert what.startswith("the host is healthy but no new connection could be opened")
    assert then == "next: ansible-playbook fractalops.infra.drift --limit worker-1"
    lines = summary(run)
    assert lines[0].startswith("worker-2: ") and lines[1].startswith("worker-1: failed: the host is healthy but")
    assert len(lines) == 3, "worker-3 is not in this run"


def test_hosts_that_cannot_be_reached_are_counted_and_the_others_switched(
    steady: site.Site, three: dict[str, Host]
) -> None:
    before = {name: generation(host) for name, host in three.items()}
    wanted = assets(everywhere(program("moved")))
    wanted["worker-9"] = site.host(9, {"fractalops-api": program("moved")})
    wanted["worker-9"]["binding"]["address"] = network.address_of(77)
    steady.write(with_cluster(wanted))
    run = steady.play(SITE)
    assert run.returncode == 4, run.output
    assert words(run, "worker-9")[-1] == "next: ansible-playbook fractalops.infra.drift --limit worker-9"
    lines = summary(run)
    assert [line.partition(":")[0] for line in lines[:-1]] == [*NAMES, "worker-9", "lab"]
    assert lines[3].startswith("worker-9: unreachable: ") and lines[-2] == "lab: not reached"
    assert lines[-1] == "3 changed, 1 not reached, 1 unreachable"
    assert run.hosts_changed == set(NAMES) and not any(run.failed.values())
    assert all(generation(host) != before[name] for name, host in three.items())


@pytest.mark.parametrize(("soak", "told"), [(1, 0), (17, 3)])
def test_a_long_soak_counts_down_on_every_host_and_a_short_one_does_not(
    steady: site.Site, soak: int, told: int
) -> None:
    steady.write(site.topology(assets(everywhere(program(f"soaks-{soak}")), soak_seconds=soak, window_seconds=90)))
    run = steady.play(SITE, "--tags=hosts")
    assert run.returncode == 0, run.output
    for name in NAMES:
        left = re.findall(rf"^{name}: trial, \d+ s left: soaking, (\d+) s left$", run.output, re.MULTILINE)
        assert len(left) == told and left == sorted(left, key=int, reverse=True), run.output


def test_a_delivery_that_fails_on_one_host_stops_all_and_is_summed_up(
    steady: site.Site, three: dict[str, Host], tmp_path: Path
) -> None:
    before = {name: generation(host) for name, host in three.items()}
    released = program("moved", release={"app": "fractalops", "id": "gone-1"})
    gone = {"fractalops": {"gone-1": {"type": "folder", "path": str(tmp_path / "gone")}}}
    wanted = assets(everywhere(program("moved")) | {"worker-2": released})
    steady.write(site.topology(wanted, releases=gone))
    run = steady.play("fractalops.infra.deploy")
    assert run.returncode == 2, run.output
    lines = summary(run)
    assert lines[:2] == ["worker-1: not reached", "worker-3: not reached"]
    assert lines[2].startswith("worker-2: failed: ") and str(tmp_path / "gone") in lines[2]
    assert lines[3] == "2 not reached, 1 failed"
    assert {name: generation(host) for name, host in three.items()} == before
