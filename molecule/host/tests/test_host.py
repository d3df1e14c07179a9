# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after the role ran, was run again, and survived a broken release."""

from __future__ import annotations

import json

testinfra_hosts = ["ansible://worker-1"]
ASK = "python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1:8081/healthz').read().decode())\""


def test_services_run_and_start_at_boot(host):
    for name in ("fractalops-worker", "fractalops-idle"):
        assert host.service(name).is_running
        assert host.file(f"/etc/systemd/system/multi-user.target.wants/{name}.service").is_symlink


def test_the_worker_answers_and_holds_its_credential(host):
    answer = json.loads(host.check_output(ASK))
    assert answer["service"] == "fractalops-worker"
    assert answer["credential_bytes"]["db-password"] > 0


def test_the_boot_pointer_is_the_only_way_to_the_units(host):
    stub = host.file("/etc/systemd/system/fractalops-worker.service")
    assert stub.linked_to.startswith("/etc/fractalops/generations/")
    assert host.check_output("readlink /etc/systemd/system/fractalops-worker.service").startswith(
        "/etc/fractalops/confirmed/"
    )
    assert host.check_output("ls -A /run/systemd/system.control") == ""


def test_the_worker_runs_as_its_own_user_and_may_write_to_its_directory(host):
    assert host.user("fractalops-worker").shell == "/usr/sbin/nologin"
    folder = host.file("/var/lib/fractalops-worker")
    assert (folder.user, folder.mode) == ("fractalops-worker", 0o700)
    paths = host.check_output("systemctl show --value --property=ReadWritePaths fractalops-worker")
    assert paths == "/var/lib/fractalops-worker"


def test_credentials_are_not_in_clear_on_disk(host):
    loaded = host.check_output("systemctl cat fractalops-worker")
    assert "LoadCredentialEncrypted=db-password:/etc/fractalops/generations/" in loaded
    assert host.run("grep -rl seed-password- /etc /var /opt").stdout == ""


def test_the_history_tells_of_the_rollback(host):
    events = [json.loads(line) for line in host.file("/etc/fractalops/history.jsonl").content_string.splitlines()]
    assert [event["event"] for event in events] == ["trial", "confirmed", "trial", "rolled-back"]
