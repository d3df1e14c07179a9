# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of drift, planted on a real host and found; a host in order has none, whatever its files look like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host

DRIFT = "fractalops.infra.drift"
SITE = "fractalops.infra.site"
HOSTS = "--tags=hosts"
API, JOBS = "fractalops-api.service", "fractalops-jobs.service"
HOME = "/etc/fractalops/confirmed"
UNIT = f"{HOME}/units/{API}"
DROPIN = f"{HOME}/dropins/{API}.d/zzzz-fractalops.conf"
CONFIG = f"{HOME}/files/{API}/config.json"
CREDENTIAL = f"{HOME}/credentials/{API}/db-password"
STUBS = "/etc/systemd/system"
FOREIGN = f"/run/systemd/system/{API}.d"

CANCEL = f"""
mkdir -p {FOREIGN} && printf '[Service]\\nProtectSystem=no\\n' > {FOREIGN}/zzzzz.conf
systemctl daemon-reload && systemctl restart {API}
"""
OVERRIDE = f"""
mkdir -p {FOREIGN} && printf '[Service]\\nRestartSec=9\\nNice=5\\n' > {FOREIGN}/override.conf
systemctl daemon-reload
"""
#: Opens on this host, and is not what the unit was given.
OTHER_VALUE = f"""
printf other | systemd-creds encrypt --with-key=host --name=db-password - /run/other-value
chmod 600 /run/other-value && cp -p /run/other-value {CREDENTIAL}
"""
#: What somebody does, the kind of what is found, the end of its subject, and a part of what is found.
Planted = tuple[str, str, str, str | None]
#: Planted together, since each costs nothing but the time of a play.
PLANTED: dict[str, list[Planted]] = {
    "files": [
        (f"sed -i 's/^RestartSec=1/RestartSec=9/' {UNIT}", "unit-file", "Service.RestartSec", "9"),
        (f"sed -i /TimeoutStopSec/d {UNIT}", "unit-file", "Service.TimeoutStopSec", None),
        (f"sed -i 's/^ExecStart=/&token=abc/' {UNIT}", "unit-file", "Service.ExecStart", "not shown"),
        (f"echo PrivateUsers=yes >> {DROPIN}", "drop-in", "Service.PrivateUsers", "yes"),
        (f"rm {HOME}/units/{JOBS}", "unit-file", f"units/{JOBS}", "missing"),
        (f"echo >> {CONFIG}", "config-file", "config.json", "sha256"),
        (f"chmod 666 {CONFIG}", "mode", "config.json", "file 666 root:root"),
        (f"echo x > {CREDENTIAL}", "credential", "db-password", "cannot be decrypted"),
        (f"chown fractalops-api {CREDENTIAL}", "mode", "db-password", "file 600 fractalops-api:root"),
        (f"chmod 755 {HOME}/credentials", "mode", "/credentials", "folder 755 root:root"),
        (f"rm {HOME}/credentials/{JOBS}/api-key", "credential", "api-key", "missing"),
        (f"echo 'u intruder -' >> {HOME}/sysusers.conf", "accounts", "sysusers.conf", "u intruder -"),
        ("mv /opt/fractalops/releases /opt/fractalops/away", "release", site.GOOD_RELEASE, "missing"),
    ],
    "links": [
        (f"rm {STUBS}/{API}", "link", f"system/{API}", "missing"),
        (f"rm {STUBS}/multi-user.target.wants/{JOBS}", "link", f"wants/{JOBS}", "missing"),
        (f"ln -sf /dev/null {STUBS}/{API}.d/zzzz-fractalops.conf", "link", "zzzz-fractalops.conf", "/dev/null"),
        (f"cp --remove-destination {HOME}/units/{JOBS} {STUBS}/", "link", f"system/{JOBS}", "file 644 root:root"),
        (f"echo Nice=5 >> {STUBS}/{JOBS}", "unit-file", f"system/{JOBS} Service.Nice", "5"),
        (f"ln -s {HOME}/units/fractalops-old.service {STUBS}/", "leftover", "fractalops-old.service", "link to"),
        (f"touch {STUBS}/fractalops-x.service", "unknown-unit", "fractalops-x.service", "somebody else"),
    ],
    "units": [
        (f"systemctl stop {JOBS}", "state", JOBS, "inactive (dead"),
        (CANCEL, "property", f"{API} ProtectSystem", "no"),
        (OVERRIDE, "drop-in", "override.conf Service.RestartSec", "9"),
        (OTHER_VALUE, "credential", "db-password", "not the value that the running unit was given"),
        ("systemd-run --quiet --unit=fractalops-hand sleep 600", "unknown-unit", "fractalops-hand.service", "active"),
    ],
    "a manifest of something else": [(f"echo {{}} > {HOME}/manifest.json", "generation", "manifest.json", "manifest")],
    "half a store": [(f"rm -r {HOME}/units", "unit-file", f"units/{API}", "missing")],
    "no store": [("mv /etc/fractalops /etc/gone", "generation", "/etc/fractalops/confirmed", None)],
    "a pointer to nothing": [(f"ln -sfn generations/feed {HOME}", "generation", "manifest.json", "missing")],
    "a pointer that is a folder": [(f"rm {HOME} && mkdir {HOME}", "generation", HOME, "is not our link")],
    "a transaction nobody can read": [
        ("echo x > /run/fractalops/transaction.json", "generation", "transaction.json", "is not a transaction"),
    ],
}  # fmt: skip
#: Puts back what a site run leaves alone, because it is not ours or because the host is too broken for it.
MEND = f"""
[ -d /etc/gone ] && rm -rf /etc/fractalops && mv /etc/gone /etc/fractalops
rm -rf /run/fractalops/transaction.json {FOREIGN} {STUBS}/fractalops-x.service
[ -L {HOME} ] || rm -r {HOME}
ln -sfn generations/$1 {HOME}
[ -e /run/other-value ] && rm /run/other-value {CREDENTIAL}
[ -d /opt/fractalops/away ] && mv /opt/fractalops/away /opt/fractalops/releases
[ -L {STUBS}/{JOBS} ] || rm {STUBS}/{JOBS}
systemctl stop fractalops-hand
systemctl daemon-reload
systemctl restart {API} || true
"""


@pytest.fixture
def mended(in_order: site.Site, first: Host) -> Iterator[None]:
    """What the test plants is taken away as far as a site run would leave it alone."""
    generation = first.state()["confirmed"]
    yield
    first.container.attach(["/bin/sh", "-c", MEND, "sh", generation])


def drift_of(one: site.Site, folder: Path) -> tuple[site.Run, dict[str, Any]]:
    """How the playbook ended, and the report it wrote, by host."""
    file = folder / "drift.json"
    run = one.play(DRIFT, f"--extra-vars=drift_json={file}")
    return run, {host["host"]: host for host in json.loads(file.read_text())["hosts"]}


def test_hosts_in_order_have_no_drift_and_the_playbook_succeeds(in_order: site.Site, tmp_path: Path) -> None:
    run, hosts = drift_of(in_order, tmp_path)
    assert run.returncode == 0 and run.hosts_changed == set(), run.output
    assert {name: (host["state"], host["findings"], host["kept"]) for name, host in hosts.items()} == {
        "worker-1": ("in order", [], []),
        "worker-2": ("in order", [], []),
    }
    assert f"worker-1: in order, generation {hosts['worker-1']['confirmed']}" in run.output


@pytest.mark.fault(30, "somebody edits what is ours")
@pytest.mark.parametrize("what", PLANTED)
def test_drift_is_found_and_named(in_order: site.Site, first: Host, mended: None, tmp_path: Path, what: str) -> None:
    for command, _kind, _subject, _found in PLANTED[what]:
        first.run(command)
    run, hosts = drift_of(in_order, tmp_path)
    assert run.returncode == 2 and run.failed == {"worker-1": 1, "worker-2": 0}, run.output
    assert "Traceback" not in run.output and "token=abc" not in run.output
    findings = hosts["worker-1"]["findings"]
    for _command, kind, subject, found in PLANTED[what]:
        told = [one["found"] for one in findings if one["kind"] == kind and one["subject"].endswith(subject)]
        assert any(found is None or found in str(one) for one in told), (kind, subject, findings)
    assert hosts["worker-2"]["state"] == "in order"


REWRITE = f"""
path = "{UNIT}"
head, service = open(path).read().split("[Service]\\n")
lines = ["  " + line.replace("=", " =\\t", 1) for line in sorted(service.splitlines(), reverse=True)]
open(path, "w").write("# by hand\\n[Service]\\n; more\\n" + "\\n\\n".join(lines) + "\\n" + head)
"""


def test_comments_order_and_spacing_are_no_drift(
    in_order: site.Site, first: Host, mended: None, tmp_path: Path
) -> None:
    first.container.attach(["/usr/bin/python3", "-c", REWRITE])
    first.run("systemctl daemon-reload")
    assert "# by hand" in first.run(f"cat {UNIT}")
    run, hosts = drift_of(in_order, tmp_path)
    assert hosts["worker-1"]["findings"] == [] and run.returncode == 0, run.output


@pytest.mark.fault(30, "an administrator has drop-ins of his own")
def test_a_drop_in_of_an_administrator_is_kept_and_told(in_order: site.Site, first: Host, tmp_path: Path) -> None:
    folder = f"{STUBS}/{API}.d"
    first.run(f"printf '[Service]\\nNice=5\\n' > {folder}/mine.conf && systemctl daemon-reload")
    run, hosts = drift_of(in_order, tmp_path)
    first.run(f"rm {folder}/mine.conf && systemctl daemon-reload")
    assert run.returncode == 0, run.output
    assert hosts["worker-1"]["kept"] == [f"{folder}/mine.conf"]
    assert f"kept, of an administrator: {folder}/mine.conf" in run.output


def test_a_host_that_cannot_be_reached_counts_and_the_others_are_reported(
    in_order: site.Site, first: Host, tmp_path: Path
) -> None:
    page = tmp_path / "drift.html"
    first.run("systemctl stop ssh.socket ssh.service; pkill sshd; systemctl mask --runtime ssh.service")
    try:
        json_file = tmp_path / "drift.json"
        run = in_order.play(
            DRIFT, f"--extra-vars=drift_json={json_file} drift_report={page}", "--timeout=3", "--limit=kind_lxc"
        )
    finally:
        first.run("systemctl unmask --runtime ssh.service; systemctl start ssh.service")
    assert run.returncode != 0 and run.failed["worker-1"] == 1 and run.failed["worker-2"] == 0, run.output
    assert "worker-2: in order" in run.output and "worker-1: unreachable" in run.output
    assert json.loads(json_file.read_text())["counts"] == {"unreachable": 1, "failed": 0, "drifted": 0, "in order": 1}
    assert "worker-1" in page.read_text() and "unreachable" in page.read_text()


def test_a_host_on_trial_says_only_that(in_order: site.Site, first: Host, slow: dict[str, Any], tmp_path: Path) -> None:
    in_order.write(slow)
    play = in_order.start(SITE, HOSTS)
    first.wait_for(lambda state: bool(state["transaction"]) and state["transaction"]["stage"] == "trial")
    run, hosts = drift_of(in_order, tmp_path)
    assert [one["kind"] for one in hosts["worker-1"]["findings"]] == ["transaction"], run.output
    assert play.wait(timeout=120) == 0


def test_a_unit_that_was_started_from_another_value_is_restarted_with_its_own(
    in_order: site.Site, first: Host, mended: None, tmp_path: Path
) -> None:
    first.run(f"{OTHER_VALUE}systemctl restart {API}")
    assert [one["found"] for one in drift_of(in_order, tmp_path)[1]["worker-1"]["findings"]] == [
        "not the ciphertext that was stored"
    ]
    given = f"/run/credentials/{API}/db-password"
    assert first.run(f"cat {given}") == "other"
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0 and run.hosts_changed == {"worker-1"}, run.output
    assert first.run(f"cat {given}") != "other"
    assert drift_of(in_order, tmp_path)[0].returncode == 0


def test_what_drifted_is_mended_by_site_and_then_in_order(
    in_order: site.Site, first: Host, mended: None, tmp_path: Path
) -> None:
    commands = [command for command, *_found in PLANTED["files"] if "releases" not in command]
    for command in [*commands, OTHER_VALUE, f"echo {{}} > {HOME}/manifest.json", f"rm {STUBS}/{API}"]:
        first.run(command)
    assert drift_of(in_order, tmp_path)[0].returncode == 2
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0 and run.hosts_changed == {"worker-1"}, run.output
    run, hosts = drift_of(in_order, tmp_path)
    assert run.returncode == 0, hosts["worker-1"]
