# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before a host is touched holds for every way to start a play."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import openbao, site
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT, VENV

from .conftest import Host

SITE = "fractalops.infra.site"
#: The task of the role.
SWITCH = "Switch the host to the generation its topology asks for"
NEW_RELEASE = "2026.11.22-1"
#: As AWX runs a job: its signs, and a token that has no business there.
JOB = {"JOB_ID": "1", "AWX_HOST": "https://awx.example", "BAO_TOKEN": "hvs.canary-of-a-token"}
OWN_PLAY = [
    {
        "name": "Somebody's own play",
        "hosts": "worker-1",
        "gather_facts": False,
        "roles": [{"role": "fractalops.infra.host"}],
    }
]
#: One with checks of its own, which are easily passed over.
OWN_PLAY_FROM_THE_MIDDLE = [
    {
        "name": "Somebody's own play",
        "hosts": "kind_lxc",
        "gather_facts": False,
        "tasks": [
            {"name": "Look before", "ansible.builtin.fail": {"msg": "not reached"}},
            {"name": "Switch", "ansible.builtin.import_role": {"name": "fractalops.infra.host"}},
        ],
    }
]


@dataclass(frozen=True)
class Start:
    """A way to start a play on worker-1 that goes past the preflight play; the playbook may be one of our own."""

    playbook: str | Sequence[Any]
    arguments: tuple[str, ...]

    def run(self, where: site.Site, *arguments: str, **environment: str) -> site.Run:
        playbook = self.playbook
        if not isinstance(playbook, str):
            file = where.folder / "own.yml"
            file.write_text(json.dumps(playbook))
            playbook = str(file)
        return where.play(playbook, *self.arguments, *arguments, **environment)


STARTS = {
    "limit": Start(SITE, ("--limit=worker-1",)),
    "tags": Start(SITE, ("--limit=worker-1", "--tags=hosts")),
    "start-at-task": Start(OWN_PLAY_FROM_THE_MIDDLE, ("--limit=worker-1", f"--start-at-task={SWITCH}")),
    "check": Start(SITE, ("--limit=worker-1", "--check")),
    "plan": Start("fractalops.infra.plan", ("--limit=worker-1",)),
    "own play": Start(OWN_PLAY, ()),
}
WAYS = pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)


def changed(where: site.Site, wanted: dict[str, Any]) -> site.Site:
    """A site with something to do on worker-1."""
    where.write(wanted)
    return where


def refused(run: site.Run, words: str, host: Host, before: dict[str, Any]) -> None:
    """With words, and the host is as it was."""
    assert run.returncode != 0, run.output
    assert words in " ".join(run.output.split()), run.output
    assert JOB["BAO_TOKEN"] not in run.output
    assert run.changed.get("worker-1") == 0
    assert host.state() == before


@WAYS
def test_a_token_in_the_environment_of_a_job_is_refused(
    in_order: site.Site, first: Host, slow: dict[str, Any], start: Start
) -> None:
    before, where = first.state(), changed(in_order, slow)
    refused(start.run(where, **JOB), "BAO_TOKEN in the environment of this job", first, before)


@pytest.fixture
def releasing(slow: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The topology of ``slow`` with a release for worker-1 that has a source and is on no host yet."""
    wanted, source = copy.deepcopy(slow), tmp_path / "release"
    shutil.copytree(PROJECT / "tests/lab/releases" / site.GOOD_RELEASE, source)
    api = wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"]
    api["release"] = {"app": "starts", "id": NEW_RELEASE}
    api["exec"][0] = "/opt/starts/releases/{release_id}/bin/service"
    return {**wanted, "releases": {"starts": {NEW_RELEASE: {"type": "folder", "path": str(source)}}}}


def test_a_release_is_not_delivered_by_a_job_with_a_token_in_its_environment(
    in_order: site.Site, first: Host, releasing: dict[str, Any]
) -> None:
    before, where = first.state(), changed(in_order, releasing)
    run = where.play("fractalops.infra.deploy", "--limit=worker-1", **JOB)
    assert "TASK [fractalops.infra.host" not in run.output, "the delivery itself is refused"
    refused(run, "BAO_TOKEN in the environment of this job", first, before)


def test_a_release_is_not_delivered_for_a_credential_that_is_too_broad(
    in_order: site.Site, first: Host, releasing: dict[str, Any]
) -> None:
    broad = openbao.approle("broad", 'path "*" { capabilities = ["read", "list", "delete"] }')
    before, where = first.state(), changed(in_order, releasing)
    run = where.play("fractalops.infra.deploy", "--limit=worker-1", f"--extra-vars=openbao_credentials_file={broad}")
    assert first.run("ls -d /opt/starts 2>/dev/null || true") == "", "nothing is delivered"
    assert "TASK [Say what happened]" in run.output
    refused(run, "the credential is too broad, it has read on every path", first, before)


@WAYS
def test_a_credential_that_is_too_broad_is_refused(
    in_order: site.Site, first: Host, slow: dict[str, Any], start: Start
) -> None:
    broad = openbao.approle("broad", 'path "*" { capabilities = ["read", "list", "delete"] }')
    before, where = first.state(), changed(in_order, slow)
    run = start.run(where, f"--extra-vars=openbao_credentials_file={broad}")
    refused(run, "the credential is too broad, it has read on every path", first, before)


def test_many_hosts_are_told_by_one_judgement(in_order: site.Site) -> None:
    broad = openbao.approle("broad", 'path "*" { capabilities = ["read", "list", "delete"] }')
    seen = len(judgements())
    run = in_order.play(SITE, "--limit=kind_lxc", f"--extra-vars=openbao_credentials_file={broad}")
    assert run.returncode != 0
    assert set(run.changed.values()) == {0}
    assert len(judgements()) - seen == 1


def judgements() -> list[str]:
    """Lines of the audit log that ask what a credential may do."""
    entries = map(json.loads, openbao.AUDIT_LOG.read_text().splitlines())
    paths = [entry["request"]["path"] for entry in entries if entry["type"] == "request"]
    return [path for path in paths if path == "sys/capabilities-self"]


def test_a_wrapped_secret_id_is_opened_once_by_hosts_that_come_at_once(in_order: site.Site, tmp_path: Path) -> None:
    """A wrapping opens once: a second opening would fail the host that tried."""
    job = tmp_path / "job.json"
    job.touch(mode=0o600)
    job.write_text(json.dumps(openbao.wrapped_approle()))
    run = in_order.play(SITE, "--limit=kind_lxc", "--forks=5", f"--extra-vars=openbao_credentials_file={job}")
    assert run.returncode == 0, run.output
    assert set(json.loads(job.read_text())) == {"role_id", "secret_id"}


class Kept(site.Site):
    """The site with an inventory that was exported and is kept, as AWX keeps one."""

    def __init__(self, where: site.Site) -> None:
        super().__init__(where.folder)
        listed = where.run([str(VENV / "bin/ansible-inventory"), f"-i{where.inventory}", "--list", "--export"])
        assert listed.returncode == 0, listed.output
        self.content: dict[str, Any] = json.loads(listed.output)
        self.inventory = where.folder / "kept.py"
        self.keep()

    def keep(self) -> None:
        """As a script that prints it: so AWX hands an inventory to a job."""
        self.inventory.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(self.content)!r})\n")
        self.inventory.chmod(0o755)

    def leave_out(self, *hosts: str) -> None:
        """As a slice does: hosts are not there, groups keep their variables."""
        for group in self.content.values():
            group["hosts"] = [host for host in group.get("hosts", ()) if host not in hosts]
        self.content["_meta"]["hostvars"] = {
            host: variables for host, variables in self.content["_meta"]["hostvars"].items() if host not in hosts
        }
        self.keep()

    def play(self, playbook: str = SITE, *arguments: str, **environment: str) -> site.Run:
        return super().play(playbook, *arguments, ANSIBLE_INVENTORY_ENABLED="ansible.builtin.script", **environment)


def test_a_kept_inventory_brings_a_host_to_its_topology(in_order: site.Site, first: Host, slow: dict[str, Any]) -> None:
    before, where = first.state(), Kept(changed(in_order, slow))
    run = STARTS["limit"].run(where)
    assert run.returncode == 0, run.output
    assert first.state()["confirmed"] != before["confirmed"]


@WAYS
def test_an_inventory_that_is_older_than_its_topology_is_refused(
    in_order: site.Site, first: Host, slow: dict[str, Any], assets: dict[str, Any], start: Start
) -> None:
    before, where = first.state(), Kept(changed(in_order, slow))
    in_order.write(site.topology(assets))
    run = start.run(where)
    refused(run, "(topology.yml changed); sync the inventory again", first, before)


def test_no_release_is_delivered_that_an_older_inventory_names(
    in_order: site.Site, first: Host, releasing: dict[str, Any], assets: dict[str, Any]
) -> None:
    where = Kept(changed(in_order, releasing))
    before = first.state()
    in_order.write(site.topology(assets))
    run = where.play("fractalops.infra.deploy", "--limit=worker-1")
    assert "TASK [fractalops.infra.host" not in run.output, "the delivery itself is refused"
    refused(run, "(topology.yml changed); sync the inventory again", first, before)


def test_a_host_that_left_the_topology_is_refused_though_its_groups_are_new(
    in_order: site.Site, first: Host, assets: dict[str, Any]
) -> None:
    """AWX without ``overwrite`` keeps the host with its variables."""
    before, where = first.state(), Kept(in_order)
    left = {name: asset for name, asset in assets.items() if name != "worker-1"}
    new = Kept(changed(in_order, site.topology(left)))
    new.content["kind_lxc"]["hosts"].append("worker-1")
    new.content["_meta"]["hostvars"]["worker-1"] = where.content["_meta"]["hostvars"]["worker-1"]
    new.keep()
    run = STARTS["limit"].run(new)
    refused(run, "(topology.yml changed); sync the inventory again", first, before)


@pytest.mark.parametrize(("playbook", "topology"), ((SITE, "slow"), ("fractalops.infra.deploy", "releasing")))
def test_hosts_converge_in_a_slice_without_the_control_plane(
    in_order: site.Site, first: Host, request: pytest.FixtureRequest, playbook: str, topology: str
) -> None:
    before, where = first.state(), Kept(changed(in_order, request.getfixturevalue(topology)))
    where.leave_out("control_plane", "worker-2")
    run = where.play(playbook)
    assert run.returncode == 0, run.output
    assert first.state()["confirmed"] != before["confirmed"]


def test_an_audit_looks_for_values_in_a_slice_without_the_control_plane(in_order: site.Site) -> None:
    where = Kept(in_order)
    where.leave_out("control_plane", "worker-2")
    run = where.play("fractalops.infra.audit", f"--extra-vars=openbao_audit_credentials_file={openbao.APPROLE}")
    assert "looked for 2 values of OpenBao" in run.output, run.output


@pytest.mark.parametrize(
    ("playbook", "variable"),
    [
        ("drift", "drift_json"),
        ("drift", "drift_report"),
        ("health", "health_json"),
        ("audit", "audit_json"),
    ],
)
def test_a_report_is_written_in_a_slice_without_the_control_plane(
    base: site.Site, tmp_path: Path, playbook: str, variable: str
) -> None:
    where, report = Kept(base), tmp_path / "report"
    where.leave_out("control_plane", "worker-2")
    run = where.play(f"fractalops.infra.{playbook}", f"--extra-vars={variable}={report}")
    assert report.exists() and "worker-1" in report.read_text(), run.output
    assert run.returncode == 0, run.output
