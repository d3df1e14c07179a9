# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of real hosts: each seeded leak is named by path, rule and line, a clean host has none, no value shows."""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import leak, openbao, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .conftest import CREDENTIALS

AUDIT = "fractalops.infra.audit"
WITH_VALUES = f"--extra-vars=openbao_audit_credentials_file={openbao.APPROLE}"
PASSWORD_REF = CREDENTIALS["db-password"]
KEY = "-----BEGIN PRIVATE KEY-----"
#: Writes what it is given by standard input, then starts what leaks by running.
PLANT = """
import json, os, subprocess, sys
files, modes = json.load(sys.stdin)
for path, content in files.items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content.encode("latin-1"))
    os.chmod(path, modes.get(path, 0o600))
for command in (["daemon-reload"], ["start", "legacy.service"]):
    subprocess.run(["systemctl", *command], check=True)
"""
FORGET = """
systemctl stop legacy.service
rm -rf /etc/systemd/system/legacy.service /etc/systemd/system/legacy.service.d /etc/default/legacy
rm -rf /opt/fractalops/shared /root/.bash_history /srv/legacy /var/lib/legacy
systemctl daemon-reload
"""
UNIT = """\
[Service]
Environment=MODE=fast \\
  "API_TOKEN={token}"
EnvironmentFile=-/etc/default/legacy
SetCredential=pin:{pin}
ExecStart=/bin/sh -c 'sleep infinity; :' sh --password={password}
"""
DROP_IN = "[Service]\nEnvironment=OTHER_SECRET={other}\n"
SETTINGS = """\
aws: {aws}
age: {age}
jwt: {jwt}
database: postgres://app:{url}@db.lab.example/app
vault: {vault}
github: {github}
# a ref and a variable are none: bao://secret/runtime/postgres#password, password=${{PASSWORD}}
client_secret = "{client}"
"""
Place = tuple[str, int, str]


@dataclass(frozen=True)
class Seeds:
    """What was planted on the first host: file → content, the values in it, and where each must be found."""

    files: dict[str, str]
    values: tuple[str, ...]
    expected: set[Place]


def _values() -> dict[str, str]:
    """Made anew, so that no file of ours holds one."""
    plain = {
        name: secrets.token_hex(16) for name in ("token", "pin", "password", "other", "url", "client", "line", "env")
    }
    kinds = {
        "aws": "AKIA" + base64.b32encode(secrets.token_bytes(10)).decode(),
        "age": "AGE-SECRET-KEY-1" + base64.b32encode(secrets.token_bytes(35)).decode().strip("="),
        "jwt": f"eyJ{secrets.token_hex(8)}.eyJ{secrets.token_hex(8)}.{secrets.token_hex(8)}",
        "vault": "hvs." + secrets.token_hex(12),
        "github": "ghp_" + secrets.token_hex(18),
        "typed": "hvs." + secrets.token_hex(12),
        "body": base64.b64encode(secrets.token_bytes(48)).decode(),
    }
    return plain | kinds


def _planted(values: dict[str, str], known: str) -> dict[str, str]:
    binary = b"\0SQLite\n" + base64.b64encode(b"id=1," + known.encode() + b",x")
    return {
        "/opt/fractalops/shared/.env": f"QUEUE=default\nDB_PASSWORD={values['env']}\n",
        "/etc/systemd/system/legacy.service": UNIT.format(**values),
        "/etc/systemd/system/legacy.service.d/more.conf": DROP_IN.format(**values),
        "/etc/default/legacy": f"# settings\nPORT=8080\nSESSION_SECRET={values['line']}\n",
        "/root/.bash_history": f"ls\nexport BAO_TOKEN={values['typed']}\ncurl -u app:{values['url']} http://x\n",
        "/srv/legacy/deploy.key": f"{KEY}\n{values['body']}\n-----END PRIVATE KEY-----\n",
        "/srv/legacy/settings.yml": SETTINGS.format(**values),
        "/var/lib/legacy/dump.bin": binary.decode("latin-1"),
    }


EXPECTED = {
    ("/opt/fractalops/shared/.env", 0, "env-file"),
    ("/opt/fractalops/shared/.env", 2, "env-value"),
    ("/etc/systemd/system/legacy.service", 2, "unit-environment"),
    ("/etc/systemd/system/legacy.service", 5, "unit-set-credential"),
    ("/etc/systemd/system/legacy.service", 6, "unit-command"),
    ("/etc/systemd/system/legacy.service.d/more.conf", 2, "unit-environment"),
    ("/etc/default/legacy", 3, "unit-environment-file"),
    ("/root/.bash_history", 2, "shell-history"),
    ("/root/.bash_history", 2, "openbao-token"),
    ("/root/.bash_history", 3, "shell-history"),
    ("/srv/legacy/deploy.key", 1, "private-key"),
    ("/srv/legacy/deploy.key", 0, "world-readable"),
    ("/srv/legacy/settings.yml", 1, "aws-key"),
    ("/srv/legacy/settings.yml", 2, "age-key"),
    ("/srv/legacy/settings.yml", 3, "jwt"),
    ("/srv/legacy/settings.yml", 4, "url-password"),
    ("/srv/legacy/settings.yml", 5, "openbao-token"),
    ("/srv/legacy/settings.yml", 6, "github-token"),
    ("/srv/legacy/settings.yml", 8, "keyword-value"),
}


@pytest.fixture
def seeds(base: site.Site, lab: tuple[Container, ...]) -> Iterator[Seeds]:
    """Leaks of every kind on the first host, gone afterwards."""
    values = _values()
    known = openbao.secret("runtime/postgres")["password"]
    files = _planted(values, known)
    modes = {"/srv/legacy/deploy.key": 0o644}
    lab[0].attach(["/usr/bin/python3", "-c", PLANT], stdin=json.dumps([files, modes]))
    yield Seeds(files, tuple(values.values()), EXPECTED)
    lab[0].attach(["/bin/sh", "-c", FORGET])


def _audit(one: site.Site, report: Path, *arguments: str) -> tuple[site.Run, dict[str, Any]]:
    run = one.play(AUDIT, f"--extra-vars=audit_json={report}", *arguments)
    assert report.exists(), run.output[-3000:]
    return run, json.loads(report.read_text())


def _places(report: dict[str, Any], host: str) -> set[Place]:
    return {(one["path"], one["line"], one["rule"]) for one in report["hosts"][host]["findings"]}


def _pid_of_legacy(container: Container) -> str:
    return container.attach(["/bin/systemctl", "show", "--value", "--property=MainPID", "legacy.service"]).strip()


def test_clean_hosts_have_no_findings_and_the_play_succeeds(
    base: site.Site, lab: tuple[Container, ...], tmp_path: Path
) -> None:
    run, report = _audit(base, tmp_path / "audit.json", WITH_VALUES)
    assert {host: audit["findings"] for host, audit in report["hosts"].items()} == {"worker-1": [], "worker-2": []}
    assert run.returncode == 0, run.output[-3000:]
    assert report["not_audited"] == []
    for audit in report["hosts"].values():
        assert audit["known_values"] == {"state": "done", "searched": 2, "plain": [], "refused": []}
        assert audit["looked_at"]["files"] > 300 and audit["looked_at"]["processes"] > 5


def test_every_seeded_leak_is_named_and_the_play_fails_after_all_hosts(
    base: site.Site, lab: tuple[Container, ...], seeds: Seeds, tmp_path: Path
) -> None:
    run, report = _audit(base, tmp_path / "audit.json", WITH_VALUES)
    assert run.returncode != 0
    assert run.failed == {"worker-1": 1, "worker-2": 0}
    process = f"/proc/{_pid_of_legacy(lab[0])}"
    expected = seeds.expected | {
        ("/var/lib/legacy/dump.bin", 2, "known-value"),
        (f"{process}/cmdline", 5, "process-arguments"),
    }
    found = _places(report, "worker-1")
    assert expected - found == set()
    variables = {rule for path, _line, rule in found if path == f"{process}/environ"}
    assert "process-environment" in variables
    # What the service starts inherits its environment.
    allowed = {path for path, _line, _rule in expected}
    assert {path for path, _line, _rule in found if not path.endswith("/environ")} - allowed == set()
    refs = [one.get("ref") for one in report["hosts"]["worker-1"]["findings"] if one["rule"] == "known-value"]
    assert refs == [PASSWORD_REF]
    assert _places(report, "worker-2") == set()


def test_no_output_shows_a_value_and_none_stays_on_the_host(
    base: site.Site, lab: tuple[Container, ...], seeds: Seeds, tmp_path: Path
) -> None:
    values = (*openbao.markers(), *seeds.values)
    log = tmp_path / "ansible.log"
    environment = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_DEBUG": "1", "TMPDIR": str(tmp_path)}
    with leak.Watch(openbao.markers()) as watch:
        run = base.play(
            AUDIT, WITH_VALUES, f"--extra-vars=audit_json={tmp_path / 'audit.json'}", "-vvvvv", **environment
        )
    assert run.failed["worker-1"] == 1
    assert leak.in_text(values, {"output": run.output}) == []
    assert leak.in_folder(values, tmp_path) == []
    assert leak.on_controller(values) == []
    assert watch.found == set() and watch.rounds > 10
    assert leak.on_host(openbao.markers(), lab[0]) == ["/var/lib/legacy/dump.bin"]
    assert leak.on_host(openbao.markers(), lab[1]) == []


def test_without_credentials_it_says_that_no_values_were_looked_for(
    base: site.Site, lab: tuple[Container, ...], seeds: Seeds, tmp_path: Path
) -> None:
    run, report = _audit(base, tmp_path / "audit.json")
    assert "looked for no values of OpenBao: no credentials" in run.output
    assert report["hosts"]["worker-1"]["known_values"]["state"] == "no credentials"
    found = _places(report, "worker-1")
    assert seeds.expected <= found
    assert "known-value" not in {rule for _path, _line, rule in found}


def test_refs_the_auditor_may_not_read_are_told(base: site.Site, lab: tuple[Container, ...], tmp_path: Path) -> None:
    policy = 'path "secret/data/runtime/worker" { capabilities = ["read"] }\n'
    narrow = openbao.approle("auditor", policy)
    run, report = _audit(base, tmp_path / "audit.json", f"--extra-vars=openbao_audit_credentials_file={narrow}")
    assert run.returncode == 0, run.output[-3000:]
    known = report["hosts"]["worker-1"]["known_values"]
    assert known == {"state": "done", "searched": 1, "plain": [], "refused": [PASSWORD_REF]}


def test_an_auditor_that_may_read_nothing_fails(base: site.Site, lab: tuple[Container, ...], tmp_path: Path) -> None:
    blind = openbao.approle("blind", 'path "secret/data/other" { capabilities = ["read"] }\n')
    run, report = _audit(base, tmp_path / "audit.json", f"--extra-vars=openbao_audit_credentials_file={blind}")
    assert report["hosts"]["worker-1"]["known_values"]["searched"] == 0
    assert run.failed["worker-1"] == 1 and f"{PASSWORD_REF}" in run.output
    assert "could not be read, so not all was looked at" in run.output


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--extra-vars={'audit_roots': ['/srv/no-such-folder']}"], "/srv/no-such-folder"),
        (["--become", "--become-method=su", "--become-user=nobody"], "/root"),
    ],
    ids=["root", "user"],
)
def test_what_was_to_be_read_and_could_not_be_fails(
    base: site.Site, lab: tuple[Container, ...], tmp_path: Path, arguments: list[str], place: str
) -> None:
    run, report = _audit(base, tmp_path / "audit.json", *arguments)
    assert run.failed["worker-1"] == 1 and run.failed["worker-2"] == 1, run.output[-3000:]
    assert place in {one["path"] for one in report["hosts"]["worker-2"]["unread"]}
    assert "could not be read, so not all was looked at; nothing was changed on the host" in run.output


def test_waivers_hold_until_they_expire_and_unused_ones_are_findings(
    base: site.Site, lab: tuple[Container, ...], seeds: Seeds, tmp_path: Path
) -> None:
    rules: dict[str, set[str]] = {}
    _run, first = _audit(base, tmp_path / "first.json")
    for path, _line, rule in _places(first, "worker-1"):
        place = "/proc/*/" + path.rpartition("/")[2] if path.startswith("/proc/") else path
        rules.setdefault(place, set()).add(rule)
    tomorrow, yesterday = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days) for days in (1, -1))
    waivers = [
        {"path": path, "rule": rule, "reason": "a test", "expires": tomorrow.isoformat(), "host": "worker-1"}
        for path, found in rules.items()
        for rule in sorted(found)
    ]
    file, report = tmp_path / "waivers.yml", tmp_path / "audit.json"
    file.write_text(json.dumps({"waivers": waivers}, indent=1))
    run, waived = _audit(base, report, f"--extra-vars=audit_waivers_file={file}")
    assert run.returncode == 0, run.output[-3000:]
    assert waived["hosts"]["worker-1"]["findings"] == []
    assert len(waived["hosts"]["worker-1"]["waived"]) == len(first["hosts"]["worker-1"]["findings"])
    waivers[0]["expires"] = yesterday.isoformat()
    waivers.append({**waivers[1], "path": "/nowhere"})
    file.write_text(json.dumps({"waivers": waivers}, indent=1))
    run, judged = _audit(base, report, f"--extra-vars=audit_waivers_file={file}")
    assert run.returncode != 0
    assert {"waiver-expired", "waiver-unused", waivers[0]["rule"]} == {
        rule for _path, _line, rule in _places(judged, "worker-1")
    }
    assert _places(judged, "worker-2") == set()
