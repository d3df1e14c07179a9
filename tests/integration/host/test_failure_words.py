# SPDX-License-Identifier: GPL-3.0-or-later
"""A play that fails ends with what happened, where the host is now, and the next command; so for refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host

AGAIN = "ansible-playbook fractalops.infra.rollback --limit worker-1 -e generation=ID -e reason=WHY"


def last_words(run: site.Run) -> list[str]:
    """The lines of the failure of worker-1, which Ansible prints of its exception."""
    start = "[ERROR]: Task failed: worker-1: "
    assert run.output.count(start) == 1, run.output
    return run.output.partition(start)[2].split("\n\n")[0].splitlines()


def test_what_a_host_refuses_ends_with_where_it_is_and_what_to_run(
    in_order: site.Site, first: Host, assets: dict[str, Any]
) -> None:
    before = first.state()
    wanted = site.topology(assets)
    services = wanted["runtime_assets"]["worker-1"]["services"]
    services["theirs"] = {"user": "theirs", "exec": ["/usr/bin/sleep", "9"], "hardening": "standard"}
    first.run("touch /etc/systemd/system/theirs.service")
    in_order.write(wanted)
    run = in_order.play("fractalops.infra.site", "--tags=hosts", "--limit=worker-1")
    first.run("rm /etc/systemd/system/theirs.service")
    assert run.returncode != 0 and first.state() == before, run.output
    what, where, then = last_words(run)
    assert what == "/etc/systemd/system/theirs.service: belongs to somebody else; give the service another name"
    assert where == f"the host is on generation {before['confirmed']}"
    assert then == "next: fix that, then run: ansible-playbook fractalops.infra.site --tags hosts --limit worker-1"


def test_a_rollback_that_is_refused_says_how_to_ask_again(in_order: site.Site, first: Host) -> None:
    variables = "--extra-vars=generation=feed reason=test"
    words = last_words(in_order.play("fractalops.infra.rollback", variables, "--limit=worker-1"))
    assert words[0].startswith("generation feed: is not on this host; choose one of: ")
    assert words[1:] == [
        f"the host is on generation {first.state()['confirmed']}",
        f"next: fix that, then run: {AGAIN}",
    ]


def test_a_delivery_that_fails_says_that_what_runs_is_as_before(
    in_order: site.Site, assets: dict[str, Any], tmp_path: Path
) -> None:
    gone = {"type": "folder", "path": str(tmp_path / "gone")}
    in_order.write(site.topology(assets, releases={"fractalops": {site.GOOD_RELEASE: gone}}))
    words = last_words(in_order.play("fractalops.infra.deploy", "--limit=worker-1"))
    assert str(tmp_path / "gone") in words[0]
    assert words[1].startswith("what the host runs is as before")
    assert words[2] == "next: fix that, then run: ansible-playbook fractalops.infra.deploy --limit worker-1"
