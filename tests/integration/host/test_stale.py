# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit that somebody took back while the process of it still runs: drift finds it, and a run ends it."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host

DRIFT, SITE = "fractalops.infra.drift", "fractalops.infra.site"
HOSTS, ONE = "--tags=hosts", "--limit=worker-1,control_plane"
API = "fractalops-api.service"
LINK = f"/etc/systemd/system/{API}"
STARTED = f"systemctl daemon-reload && systemctl restart {API}"
EDIT = f"sed -i 's|^ExecStart=|&/usr/bin/env EDITED=1 |' {LINK} && {STARTED}"
DROP_IN = f"/etc/systemd/system/{API}.d/edit.conf"
#: What somebody does, and how it is taken back, so that every file is as it was.
EDITS = {
    "the link of the unit": (EDIT, f"ln -sf /etc/fractalops/confirmed/units/{API} {LINK}"),
    "a drop-in": (f"printf '[Service]\\nEnvironment=EDITED=1\\n' > {DROP_IN} && {STARTED}", f"rm {DROP_IN}"),
    "the stored unit": (
        f"cp {LINK} /run/kept && sed -i 's|^ExecStart=|&/usr/bin/env EDITED=1 |' $(readlink -f {LINK}) && {STARTED}",
        f"cat /run/kept > $(readlink -f {LINK})",
    ),
}


def is_edited(host: Host) -> bool:
    """The process runs with what was edited."""
    return "EDITED=1" in host.run(f"tr '\\0' '\\n' < /proc/$(systemctl show {API} -p MainPID --value)/environ")


@pytest.mark.parametrize("what", EDITS)
def test_drift_finds_a_process_of_an_edit_that_was_taken_back_and_a_run_ends_it(
    in_order: site.Site, first: Host, what: str
) -> None:
    edit, back = EDITS[what]
    first.run(edit)
    first.run(f"{back} && systemctl daemon-reload")
    assert is_edited(first)
    run = in_order.play(DRIFT, ONE)
    assert run.returncode != 0
    assert f"{API}" in run.output
    assert "was changed last" in run.output, run.output
    run = in_order.play(SITE, HOSTS)
    assert (run.returncode, run.hosts_changed) == (0, {"worker-1"}), run.output
    assert not is_edited(first)
    assert in_order.play(DRIFT, ONE).returncode == 0
    assert in_order.play(SITE, HOSTS).hosts_changed == set()


def test_a_run_ends_the_process_of_an_edited_link_that_is_gone(in_order: site.Site, first: Host) -> None:
    first.run(f"{EDIT} && rm {LINK} && systemctl daemon-reload")
    assert is_edited(first)
    run = in_order.play(SITE, HOSTS)
    assert (run.returncode, run.hosts_changed) == (0, {"worker-1"}), run.output
    assert not is_edited(first)
    assert in_order.play(DRIFT, ONE).returncode == 0


def test_a_restart_by_hand_is_no_drift(in_order: site.Site, first: Host) -> None:
    first.run(STARTED)
    assert in_order.play(DRIFT, ONE).returncode == 0
    assert in_order.play(SITE, HOSTS).hosts_changed == set()
