# SPDX-License-Identifier: GPL-3.0-or-later
"""The host after an order was refused and the next one repaired it."""

from __future__ import annotations

import json

testinfra_hosts = ["ansible://worker-1"]


def test_ssh_and_the_service_run_and_start_at_boot(host):
    for name in ("ssh", "fractalops-worker"):
        assert host.service(name).is_running
    assert host.check_output("systemctl is-enabled ssh.service") == "enabled"


def test_the_chain_of_the_host_tells_of_one_repair(host):
    lines = host.file("/etc/fractalops/break-glass.jsonl").content_string.splitlines()
    records = [json.loads(line)["record"] for line in lines]
    assert [record["event"] for record in records] == ["repair-begun", "repair-ended"]
    assert {record["operator"] for record in records} == {"on-call"}
    assert records[1]["refs"] == ["bao://secret/runtime/postgres#password@1"]


def test_the_history_names_the_operator_and_the_reason(host):
    last = json.loads(host.file("/etc/fractalops/history.jsonl").content_string.splitlines()[-1])
    assert last["owner"].startswith("on-call by break-glass")
    assert last["why"] == "a bad night in the lab"
