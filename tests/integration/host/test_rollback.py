# SPDX-License-Identifier: GPL-3.0-or-later
"""Back to a generation the host has kept, and forward again; refused when there is nothing whole to go back to."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host
from .outcome import assert_whole

ROLLBACK = "fractalops.infra.rollback"
SITE = "fractalops.infra.site"
HOSTS = "--tags=hosts"
ONE = "--limit=worker-1"
PROGRAM = f"/opt/fractalops/releases/{site.GOOD_RELEASE}/bin/service"

#: Ciphertext as it was stored, of a host with another key.
NOT_OURS = """echo x > credentials/fractalops-api.service/db-password
sha256sum credentials/*.service/* > credentials/sha256sums"""


def play(one: site.Site, generation: str, *arguments: str, reason: str = "a drill") -> site.Run:
    """The playbook, on one host."""
    return one.play(
        ROLLBACK, ONE, f"--extra-vars=generation={generation}", f"--extra-vars=reason='{reason}'", *arguments
    )


@pytest.fixture(scope="module")
def moved(base: site.Site, first_host: Host, assets: dict[str, Any]) -> tuple[str, str]:
    """A host that went from one generation to the next: the ids of both. Only the last test moves it elsewhere."""
    before = first_host.state()["confirmed"]
    wanted = copy.deepcopy(assets)
    wanted["worker-1"]["services"]["fractalops-api"]["description"] = "moved"
    wanted["worker-1"]["activation"]["soak_seconds"] = 4
    base.write(site.topology(wanted))
    run = base.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    assert "worker-1: trial, " in run.output and " s left: starting fractalops-api.service" in run.output, run.output
    after = first_host.state()["confirmed"]
    assert after != before
    return before, after


def test_what_cannot_be_gone_back_to_is_refused_with_what_there_is(
    base: site.Site, first: Host, moved: tuple[str, str]
) -> None:
    before, after = moved
    for wanted, what in (("feedfeedfeedfeed", "is not on this host"), (after, "is confirmed already")):
        run = play(base, wanted)
        words = " ".join(run.output.split())
        assert run.returncode != 0 and f"generation {wanted}: {what}; choose one of: " in words, run.output
        assert f"{after} (is confirmed now)" in words and f"{before} (confirmed 2" in words
    assert first.state()["confirmed"] == after


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("rm {}/units/fractalops-api.service", "is not whole (units/fractalops-api.service damaged)"),
        ("echo '{{}}' > {}/manifest.json", "is not whole"),
        ("rm {}/credentials/fractalops-api.service/db-password", "is not whole"),
        ("echo x > {}/credentials/fractalops-api.service/db-password", "is not whole"),
        (f"cd {{}} && {NOT_OURS}", "has credentials that do not open on this host"),
    ],
)
def test_a_generation_that_is_not_whole_is_refused(
    base: site.Site, first: Host, moved: tuple[str, str], damage: str, what: str
) -> None:
    before, after = moved
    folder = f"/etc/fractalops/generations/{before}"
    first.run(f"cp -a {folder} /root/kept && " + damage.format(folder))
    run = play(base, before)
    first.run(f"rm -r {folder} && mv /root/kept {folder}")
    assert run.returncode != 0 and what in " ".join(run.output.split()), run.output
    assert first.state()["confirmed"] == after


def test_a_rollback_needs_a_reason(base: site.Site, first: Host) -> None:
    run = base.play(ROLLBACK, ONE, "--extra-vars=generation=previous")
    assert run.returncode != 0 and "-e reason=" in run.output


def test_an_older_generation_that_is_not_healthy_leaves_the_host_where_it_was(
    base: site.Site, first: Host, moved: tuple[str, str]
) -> None:
    before, after = moved
    fails = f'#!/bin/sh\ncase "$*" in *{before}*) sleep 1; exit 9;; esac\nexec {PROGRAM}.real "$@"\n'
    first.run(f"mv {PROGRAM} {PROGRAM}.real && printf %s '{fails}' > {PROGRAM} && chmod 755 {PROGRAM}")
    run = play(base, before)
    first.run(f"mv {PROGRAM}.real {PROGRAM}")
    words = " ".join(run.output.split())
    assert run.returncode != 0 and f"generation {before} rolled-back: health: fractalops-api.service is" in words, words
    assert f"the host is on generation {after}" in words
    assert (
        "next: fix the cause, then run: ansible-playbook fractalops.infra.site --tags hosts --limit worker-1" in words
    )
    assert_whole(first, after)


def test_back_to_the_previous_generation_and_forward_again(
    base: site.Site, first: Host, moved: tuple[str, str]
) -> None:
    before, after = moved
    planned = play(base, "previous", "--check", "--diff")
    assert planned.returncode == 0 and "-Description=moved" in planned.output, planned.output
    assert first.state()["confirmed"] == after
    run = play(base, "previous", reason="answers are slow")
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output
    assert f"worker-1: {after} -> {before}" in run.output
    assert_whole(first, before)
    last = first.run("tail -n 1 /etc/fractalops/history.jsonl")
    assert '"event": "confirmed"' in last and '"why": "answers are slow"' in last and "pid" in last
    run = play(base, after)
    assert run.returncode == 0, run.output
    assert_whole(first, after)
    assert play(base, "previous").returncode == 0
    assert_whole(first, before)
