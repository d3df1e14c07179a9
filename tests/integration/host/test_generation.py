# SPDX-License-Identifier: GPL-3.0-or-later
"""A host follows its topology: what is applied, what is left alone, what is removed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.hardening import effective_properties
from ansible_collections.fractalops.infra.tests.lab import openbao, site

from .conftest import Host

HOSTS = "--tags=hosts"
SITE = "fractalops.infra.site"
ROTATED = "rotated-for-a-test"


def test_services_run_with_their_config_and_their_credential(in_order: site.Site, first: Host) -> None:
    answer = first.answer(8081)
    assert answer["service"] == "fractalops-api"
    assert answer["credential_bytes"]["db-password"] > 8
    assert first.state()["units"] == {"fractalops-api.service": "active", "fractalops-jobs.service": "active"}


def test_hardening_is_in_effect_although_lxc_lays_its_own_drop_in_over_it(in_order: site.Site, first: Host) -> None:
    declared = effective_properties("strict") | {"User": "fractalops-api"}
    shown = first.run(f"systemctl show fractalops-api --property={','.join(declared)}")
    effective = dict(line.split("=", 1) for line in shown.splitlines())
    assert {key: set(value.split()) for key, value in effective.items()} == {
        key: set(value.split()) for key, value in declared.items()
    }
    assert "zzz-lxc-service.conf" in first.run("systemctl show fractalops-api --property=DropInPaths")


def test_a_foreign_drop_in_that_cancels_hardening_or_a_credential_rolls_back(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    folder = "/run/systemd/system/fractalops-api.service.d"
    # Without its credential the service itself would die, now and then before anybody can look.
    lasting = "ExecStart=\\nExecStart=/bin/sleep infinity\\n"
    foreign = f"[Service]\\nProtectSystem=no\\nLoadCredential=\\n{lasting}"
    first.run(f"mkdir -p {folder} && printf '{foreign}' > {folder}/zzzzz-foreign.conf")
    in_order.write(slow)
    run = in_order.play(SITE, HOSTS)
    first.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart fractalops-api")
    assert run.returncode != 0
    assert "fractalops-api.service: ProtectSystem is 'no', declared 'strict'" in run.output
    assert "fractalops-api.service: credential db-password was not loaded" in run.output
    assert first.state()["confirmed"] == before


def test_credentials_are_ciphertext_on_disk_and_loaded_encrypted(in_order: site.Site, first: Host) -> None:
    unit = "/org/freedesktop/systemd1/unit/fractalops_2dapi_2eservice"
    interface = "org.freedesktop.systemd1.Service"
    loaded = first.run(f"busctl get-property org.freedesktop.systemd1 {unit} {interface} LoadCredentialEncrypted")
    generation = first.state()["confirmed"]
    path = f"/etc/fractalops/generations/{generation}/credentials/fractalops-api.service/db-password"
    assert f'"db-password" "{path}"' in loaded
    assert first.run(f"stat -c '%a %U' {path}").split() == ["600", "root"]
    value = openbao.secret("runtime/postgres")["password"]
    assert first.run(f"systemd-creds decrypt {path} -") == value
    assert value not in first.run(f"cat {path}")


def test_a_second_run_changes_nothing_and_costs_one_module_call_per_host(in_order: site.Site) -> None:
    run = in_order.play(SITE, HOSTS, "-vvv")
    assert run.returncode == 0 and run.hosts_changed == set(), run.output
    for address in ("10.77.0.11", "10.77.0.12"):
        assert run.output.count(f"<{address}> SSH: EXEC ") == 1


def test_a_run_leaves_no_token_behind(in_order: site.Site) -> None:
    before = openbao.accessors()
    assert in_order.play(SITE, HOSTS).returncode == 0
    assert openbao.accessors() == before


def test_check_mode_shows_the_diff_with_refs_and_changes_nothing(
    in_order: site.Site, first: Host, slow: dict[str, Any]
) -> None:
    before = first.state()
    in_order.write(slow)
    run = in_order.play(SITE, HOSTS, "--check", "--diff")
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output
    assert "+Description=changed" in run.output and "-Description=fractalops-api" in run.output
    assert first.state() == before


def test_only_the_unit_that_changed_is_restarted(in_order: site.Site, first: Host, assets: dict[str, Any]) -> None:
    started = "systemctl show --value --property=InvocationID fractalops-api fractalops-jobs"
    before = first.run(started).split()
    wanted = site.topology(assets)
    wanted["runtime_assets"]["worker-1"]["services"]["fractalops-jobs"]["description"] = "Jobs"
    in_order.write(wanted)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0 and run.hosts_changed == {"worker-1"}, run.output
    after = first.run(started).split()
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


def test_a_service_that_left_the_topology_is_stopped_and_removed(
    in_order: site.Site, first: Host, assets: dict[str, Any]
) -> None:
    first.run("mkdir -p /etc/systemd/system/foreign.service.d && touch /etc/systemd/system/foreign.service.d/own.conf")
    wanted = site.topology(assets)
    del wanted["runtime_assets"]["worker-1"]["services"]["fractalops-jobs"]
    in_order.write(wanted)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    state = first.state()
    assert list(state["units"]) == ["fractalops-api.service"]
    assert state["stubs"] == ["fractalops-api.service", "fractalops-api.service.d"]
    assert first.run("ls /etc/systemd/system/multi-user.target.wants").split().count("fractalops-jobs.service") == 0
    assert first.run("ls /etc/systemd/system/foreign.service.d").split() == ["own.conf"]


@pytest.mark.parametrize(
    "damage",
    [
        "systemctl stop fractalops-api",
        "rm /etc/systemd/system/fractalops-api.service",
        "echo 'Nice=3' >> /etc/fractalops/confirmed/units/fractalops-api.service",
        "echo x > /etc/fractalops/confirmed/credentials/fractalops-api.service/db-password",
        "rm /etc/fractalops/confirmed/credentials/sha256sums",
    ],
)
def test_what_was_changed_by_hand_is_mended(in_order: site.Site, first: Host, damage: str) -> None:
    before = first.state()["confirmed"]
    first.run(damage)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0 and run.changed["worker-1"] == 1, run.output
    assert first.state()["confirmed"] == before
    assert first.answer(8081)["service"] == "fractalops-api"
    assert in_order.play(SITE, HOSTS).changed["worker-1"] == 0


def test_a_unit_refuses_a_config_that_is_not_the_one_that_was_checked(in_order: site.Site, first: Host) -> None:
    config = "/etc/fractalops/confirmed/files/fractalops-api.service/config.json"
    first.run(f"sed -i 's/8081/8099/' {config} && (systemctl restart fractalops-api || true)")
    first.wait_for(lambda state: state["units"]["fractalops-api.service"] != "active")
    journal = first.run("journalctl --unit=fractalops-api --boot --output=cat --lines=20")
    assert "config.json: FAILED" in journal
    assert "status=1/FAILURE" in journal
    assert in_order.play(SITE, HOSTS).changed["worker-1"] == 1
    assert first.answer(8081)["service"] == "fractalops-api"


def test_a_config_on_a_host_is_what_the_topology_says(in_order: site.Site, first: Host, assets: dict[str, Any]) -> None:
    for name, service in assets["worker-1"]["services"].items():
        shown = first.run(f"cat /etc/fractalops/confirmed/files/{name}.service/config.json")
        assert json.loads(shown) == service["config"]["content"]


def test_a_unit_of_somebody_else_is_never_taken(in_order: site.Site, first: Host, assets: dict[str, Any]) -> None:
    first.run("printf '[Service]\\nExecStart=/bin/true\\n' > /etc/systemd/system/mine.service")
    before = first.state()
    wanted = site.topology(assets)
    wanted["runtime_assets"]["worker-1"]["services"]["mine"] = site.service("mine", 8083, {})
    in_order.write(wanted)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode != 0
    assert "mine.service: belongs to somebody else; give the service another name" in run.output
    assert first.state() == before


def test_a_release_that_is_not_there_is_refused_before_anything_changes(
    in_order: site.Site, first: Host, broken: dict[str, Any]
) -> None:
    before = first.state()
    wanted = copy.deepcopy(broken)
    wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"]["release"]["id"] = "1999.01.01-1"
    in_order.write(wanted)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode != 0
    assert "/opt/fractalops/releases/1999.01.01-1: is not on this host; deliver the release" in run.output
    assert first.state() == before


@pytest.mark.fault(37, "Jinja and specifiers in a topology")
def test_untrusted_text_is_literal_on_the_host(in_order: site.Site, first: Host, assets: dict[str, Any]) -> None:
    hostile = "{{ lookup('pipe', 'id') }} %H $HOME"
    wanted = site.topology(assets)
    wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"]["description"] = hostile
    in_order.write(wanted)
    run = in_order.play(SITE, HOSTS)
    assert run.returncode == 0, run.output
    assert first.run("systemctl show --value --property=Description fractalops-api").strip() == hostile


def test_without_pipelining_nothing_is_sent(in_order: site.Site, first: Host) -> None:
    run = in_order.play(SITE, HOSTS, ANSIBLE_PIPELINING="False")
    assert run.returncode != 0
    assert "pipelining is off for this host" in run.output


@pytest.fixture
def rotated() -> Iterator[int]:
    """The number of a new version of the database password, for the time of a test."""
    before = openbao.secret("runtime/postgres")
    yield openbao.write("runtime/postgres", before | {"password": ROTATED})
    openbao.write("runtime/postgres", before)


def test_a_rotated_secret_reaches_exactly_its_consumers(in_order: site.Site, first: Host, rotated: int) -> None:
    started = "systemctl show --value --property=InvocationID fractalops-api fractalops-jobs"
    before = first.run(started).split()
    run = in_order.play(SITE, HOSTS, "--diff")
    assert run.returncode == 0 and run.hosts_changed == {"worker-1", "worker-2"}, run.output
    assert f"+# credential db-password = bao://secret/runtime/postgres#password@{rotated}" in run.output
    after = first.run(started).split()
    assert (after[0] == before[0], after[1] == before[1]) == (False, True)
    assert first.answer(8081)["credential_bytes"]["db-password"] == len(ROTATED)
    assert ROTATED not in run.output
