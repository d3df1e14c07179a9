# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audits of the scenario said and left."""

from __future__ import annotations

import json
import os
from pathlib import Path

testinfra_hosts = ["ansible://worker-1"]
REPORT = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "audit.json"


def test_the_report_of_the_failed_audit_names_the_file_and_no_value():
    report = json.loads(REPORT.read_text())
    found = [(one["path"], one["line"], one["rule"]) for one in report["hosts"]["worker-1"]["findings"]]
    assert found == [
        ("/opt/fractalops/shared/.env", 0, "env-file"),
        ("/opt/fractalops/shared/.env", 0, "world-readable"),
        ("/opt/fractalops/shared/.env", 2, "env-value"),
    ]
    assert report["hosts"]["worker-1"]["known_values"]["state"] == "done"
    assert "left-behind" not in REPORT.read_text()
    assert REPORT.stat().st_mode & 0o777 == 0o600


def test_the_host_keeps_nothing_of_the_audit(host):
    assert host.run("grep -rl seed-password- /etc /var /opt /tmp /root /run --exclude-dir=credentials").stdout == ""
    assert host.run("find /root/.ansible /tmp /var/tmp -type f").stdout == ""
    assert not host.file("/opt/fractalops/shared").exists
