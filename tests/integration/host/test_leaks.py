# SPDX-License-Identifier: GPL-3.0-or-later
"""No seeded secret is anywhere in clear, and the search that says so finds what is there."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.tests.lab import leak, openbao, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

HOSTS = "--tags=hosts"
SITE = "fractalops.infra.site"


def test_a_run_at_the_highest_verbosity_shows_no_secret(
    in_order: site.Site, lab: tuple[Container, ...], tmp_path: Path
) -> None:
    values = openbao.markers()
    log = tmp_path / "ansible.log"
    environment = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_DEBUG": "1", "TMPDIR": str(tmp_path)}
    for container in lab:
        container.attach(["/bin/sh", "-c", "rm -rf /etc/fractalops/generations/*/credentials"])
    run = in_order.play(SITE, HOSTS, "--diff", "-vvvvv", **environment)
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output[-3000:]
    assert leak.in_text(values, {"output": run.output}) == []
    assert leak.in_folder(values, tmp_path) == []
    assert leak.in_folder(values, in_order.folder) == []
    assert leak.on_controller(values) == []


def test_a_host_holds_secrets_only_where_systemd_hands_them_to_units(
    in_order: site.Site, lab: tuple[Container, ...]
) -> None:
    values = openbao.markers()
    for container in lab:
        assert leak.on_host(values, container) == []
        assert len(leak.in_credentials(values, container)) == 2


def test_a_rollback_shows_no_secret_even_when_the_service_prints_it(
    in_order: site.Site, lab: tuple[Container, ...], assets: dict[str, object]
) -> None:
    values = openbao.markers()
    wanted = site.topology(assets)
    api = wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"]
    del api["config"], api["release"]
    api["exec"] = ["/bin/sh", "-c", "cat {credentials_directory}/db-password; exit 3"]
    in_order.write(wanted)
    try:
        run = in_order.play(SITE, HOSTS, "-vvv")
    finally:
        leak.forget_journal(lab[0])
    assert run.returncode != 0 and "exit 3" in run.output, run.output
    assert "said last" in run.output and "***" in run.output
    assert leak.in_text(values, {"output": run.output}) == []


def test_the_search_finds_a_planted_secret_in_every_place(lab: tuple[Container, ...], tmp_path: Path) -> None:
    value = openbao.markers()[0]
    (tmp_path / "planted").write_text(leak.forms([value])[0])
    assert leak.in_folder([value], tmp_path) == [str(tmp_path / "planted")]
    assert leak.in_text([value], {"clean": "x", "dirty": f"x{value}x"}) == ["dirty"]
    planted = 'printf %s "$1" > /var/planted; printf %s "$1" | base64 -w0 | systemd-cat'
    lab[1].attach(["/bin/sh", "-c", planted, "sh", value])
    try:
        assert {"journal", "/var/planted"} <= set(leak.on_host([value], lab[1]))
    finally:
        lab[1].attach(["/bin/rm", "/var/planted"])
        leak.forget_journal(lab[1])
