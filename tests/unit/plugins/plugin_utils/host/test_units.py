# SPDX-License-Identifier: GPL-3.0-or-later
"""Topology → text of units: every kind of ours, and settings over units of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host import generation as on_the_host
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.effective_property import effective_properties
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import (
    GenerationDocument,
    generation_document,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import UnitTemplates
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.runtime_asset import LxcAsset
from pydantic import TypeAdapter

FOLDER = Path(__file__).parents[5] / "roles/host/templates"
MARK = on_the_host.GENERATION_MARK
CONFIG = {"format": "json", "schema": "worker.schema.json", "content": {"queue": "default"}}
BINDING = {"type": "lxc", "node": "pve1", "container_id": 210, "network": "lab", "address": "10.0.0.5"}


def sources() -> dict[str, str]:
    return {name: (FOLDER / name).read_text() for name in ("service.j2", "dropin.j2", "unit.j2")}


def made(
    service: dict[str, Any] | None = None,
    units: dict[str, Any] | None = None,
    templates: dict[str, str] | None = None,
) -> GenerationDocument:
    """The generation of a host with one service, ``worker``, and ``units``."""
    worker = {"user": "worker", "exec": ["/bin/true"], "hardening": "strict", **(service or {})}
    asset = TypeAdapter(LxcAsset).validate_python(
        {"role": "worker", "binding": BINDING, "services": {"worker": worker}, **({"units": units} if units else {})}
    )
    return generation_document(host_document("worker-1", asset), UnitTemplates(templates or sources()), {})


def lines(text: str) -> list[str]:
    """What a unit file says."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_a_service_that_says_no_more_than_the_usual_is_the_unit_it_was() -> None:
    unit = made()["units"]["worker.service"]
    assert set(unit) == {"text", "dropin", "files", "credentials", "properties", "state", "release", "health"}
    assert lines(unit["text"])[-6:] == [
        "Type=exec",
        "User=worker",
        'ExecStart="/bin/true"',
        "Restart=on-failure",
        "RestartSec=1",
        "TimeoutStopSec=10",
    ]


def test_order_commands_and_environment_of_a_service() -> None:
    service = {
        "type": "notify",
        "restart": "always",
        "restart_seconds": 5,
        "stop_seconds": 60,
        "start_seconds": 90,
        "group": "web",
        "supplementary_groups": ["tls", "adm"],
        "working_directory": "/srv/worker",
        "slice": "work.slice",
        "before": ["b.service", "a.service"],
        "requires": ["db.service"],
        "exec_before": [["/bin/mkdir", "a b"], ["/bin/true"]],
        "exec_after": [["/bin/echo", "{main_pid}"]],
        "stop": ["/bin/kill", "{main_pid}"],
        "stop_after": [["/bin/true", "100%"]],
        "environment": {"B": 'x "y" 50% $HOME \\ z', "A": ""},
    }
    generation = made(service)
    assert lines(generation["units"]["worker.service"]["text"]) == [
        "[Unit]",
        "Description=worker",
        "After=network.target",
        "StartLimitIntervalSec=60",
        "StartLimitBurst=5",
        "Before=a.service b.service",
        "Requires=db.service",
        "[Service]",
        "Type=notify",
        "User=worker",
        'ExecStart="/bin/true"',
        "Restart=always",
        "RestartSec=5",
        "TimeoutStopSec=60",
        "Group=web",
        "SupplementaryGroups=adm tls",
        "WorkingDirectory=/srv/worker",
        "TimeoutStartSec=90",
        "Slice=work.slice",
        'Environment="A="',
        'Environment="B=x \\"y\\" 50%% $HOME \\\\ z"',
        'ExecStartPre="/bin/mkdir" "a b"',
        'ExecStartPre="/bin/true"',
        'ExecStartPost="/bin/echo" "${MAINPID}"',
        'ExecStop="/bin/kill" "${MAINPID}"',
        'ExecStopPost="/bin/true" "100%%"',
    ]
    assert generation["sysusers"].splitlines()[1:] == ["g adm -", "g tls -", "g web -"]
    assert generation["units"]["worker.service"]["depends_on"] == ["db.service"]


def test_limits_and_directives_win_over_the_profile_and_are_compared() -> None:
    service = {
        "limits": {"memory_max": "512M", "cpu_quota_percent": 150, "open_files": 1024, "core_size": "0"},
        "directives": {
            "Unit": {"ConditionPathExists": ["/a", "/b"]},
            "Service": {
                "ProtectHome": "no",
                "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE",
                "LogExtraFields": ["A=1"],
            },
        },
    }
    unit = made(service)["units"]["worker.service"]
    written = lines(unit["dropin"])
    assert "ProtectHome=no" in written and "ProtectHome=yes" not in written
    assert "LogExtraFields=A=1" in written and "MemoryMax=536870912" in written and "CPUQuota=150%" in written
    assert [line for line in lines(unit["text"]) if line.startswith("Condition")] == [
        "ConditionPathExists=/a",
        "ConditionPathExists=/b",
    ]
    wanted = {
        "MemoryMax": "536870912",
        "CPUQuotaPerSecUSec": "1.500000s",
        "LimitNOFILE": "1024",
        "LimitCORE": "0",
        "ProtectHome": "no",
        "CapabilityBoundingSet": "cap_net_bind_service",
        "ProtectSystem": "strict",
        "User": "worker",
    }
    assert wanted.items() <= unit["properties"].items()


def test_a_service_that_reloads_finds_its_config_in_a_fixed_place() -> None:
    generation = made({"config": CONFIG, "exec": ["/bin/x", "{config}"], "reload": ["/bin/kill", "-HUP", "{main_pid}"]})
    unit = generation["units"]["worker.service"]
    assert unit["reloads"] is True
    assert 'ExecStart="/bin/x" "/run/fractalops/files/worker.service/config.json"' in lines(unit["text"])
    link = f"L+ /run/fractalops/files/worker.service - - - - {MARK}/files/worker.service\n"
    assert generation["tmpfiles"] == link


def test_instances_make_a_template() -> None:
    generation = made({"exec": ["/bin/x", "{instance}"], "instances": ["b", "a"], "config": CONFIG})
    assert list(generation["units"]) == ["worker@.service"]
    unit = generation["units"]["worker@.service"]
    assert unit["instances"] == ["a", "b"]
    assert 'ExecStart="/bin/x" "%i"' in lines(unit["text"])
    on_a_host = on_the_host.Generation.parse(generation)
    assert list(on_a_host.live) == ["worker@a.service", "worker@b.service"]


def test_a_oneshot_service_that_runs_stays_active_and_one_on_demand_does_not() -> None:
    kept = "RemainAfterExit=yes"
    assert kept in lines(made({"type": "oneshot"})["units"]["worker.service"]["text"])
    on_demand = {"type": "oneshot", "state": "on-demand"}
    assert kept not in lines(made(on_demand)["units"]["worker.service"]["text"])


@pytest.mark.parametrize(
    ("group", "unit", "name", "text"),
    [
        (
            "sockets",
            {"listen_streams": ["127.0.0.1:80", "/run/a.sock"], "user": "web", "mode": "0600"},
            "worker.socket",
            "[Socket] ListenStream=127.0.0.1:80 ListenStream=/run/a.sock SocketUser=web SocketMode=0600",
        ),
        (
            "sockets",
            {"listen_datagrams": ["53"], "accept": True},
            "worker.socket",
            "[Socket] ListenDatagram=53 Accept=yes SocketMode=0660",
        ),
        (
            "timers",
            {"calendar": ["daily", "Mon 04:00"], "random_delay_seconds": 60, "persistent": True, "starts": "x.target"},
            "worker.timer",
            "[Timer] OnCalendar=daily OnCalendar=Mon 04:00 RandomizedDelaySec=60 Persistent=yes Unit=x.target",
        ),
        (
            "timers",
            {"after_startup_seconds": 5, "after_end_seconds": 9, "instances": ["a"]},
            "worker@.timer",
            "[Timer] OnStartupSec=5 OnUnitInactiveSec=9",
        ),
        (
            "paths",
            {"changed": ["/etc/a"], "make_directory": True},
            "worker.path",
            "[Path] PathChanged=/etc/a MakeDirectory=yes",
        ),
        ("targets", {"wants": ["a.service"]}, "worker.target", "Wants=a.service"),
        (
            "slices",
            {"limits": {"tasks_max": 9}, "directives": {"Slice": {"IOAccounting": "yes"}}},
            "worker.slice",
            "[Slice] TasksMax=9 IOAccounting=yes",
        ),
    ],
)
def test_a_unit_that_is_no_service(group: str, unit: dict[str, Any], name: str, text: str) -> None:
    document = made(units={group: {"worker": unit}})["units"][name]
    assert " ".join(lines(document["text"])) == f"[Unit] Description=worker {text}"
    assert document["dropin"] == ""


def test_a_service_depends_on_the_sockets_that_start_it() -> None:
    units = {
        "sockets": {
            "worker": {"listen_streams": ["80"]},
            "other": {"listen_streams": ["81"], "starts": "worker.service"},
        }
    }
    assert made(units=units)["units"]["worker.service"]["depends_on"] == ["other.socket", "worker.socket"]


def test_settings_over_units_of_others_and_masks() -> None:
    directives = {"Unit": {"Description": "x"}, "Service": {"ExecStart": ["", "/bin/true"], "MemoryMax": "1M"}}
    units = {
        "drop_ins": {"ssh.service": {"directives": directives, "restart": True}},
        "masks": ["b.timer", "a.timer"],
    }
    generation = made(units=units)
    drop_in = generation["drop_ins"]["ssh.service"]
    assert lines(drop_in["text"]) == [
        *("[Unit]", "Description=x", "[Service]", "ExecStart=", "ExecStart=/bin/true", "MemoryMax=1M"),
    ]
    assert (drop_in["properties"], drop_in["restart"]) == ({"MemoryMax": "1048576"}, True)
    assert generation["masks"] == ["a.timer", "b.timer"]


@pytest.mark.parametrize(
    ("template", "left_out", "service", "words"),
    [
        ("service.j2", "service_settings", {"environment": {"A": "b"}}, "service.j2: leaves out Environment="),
        ("service.j2", "unit_settings", {"wants": ["a.service"]}, "service.j2: leaves out Wants="),
        ("dropin.j2", "settings", {"limits": {"tasks_max": 5}}, "dropin.j2: leaves out TasksMax="),
    ],
)
def test_a_template_of_somebodys_own_may_leave_nothing_out(
    template: str, left_out: str, service: dict[str, Any], words: str
) -> None:
    own = sources()
    own[template] = own[template].replace(f"in {left_out} %}}", "in [] %}")
    made(templates=own)
    with pytest.raises(InfraError, match=words):
        made(service, templates=own)


def test_a_folder_of_templates_without_one_for_other_units_does_until_there_are_some() -> None:
    own = {name: text for name, text in sources().items() if name != "unit.j2"}
    made(templates=own)
    with pytest.raises(InfraError, match=r"unit\.j2: is not among the templates"):
        made(units={"targets": {"x": {}}}, templates=own)


@pytest.mark.parametrize(
    ("settings", "properties"),
    [
        ([("PrivateTmp", "true"), ("ProtectHome", "read-only")], {"PrivateTmp": "yes", "ProtectHome": "read-only"}),
        ([("MemoryMax", "2G"), ("TasksMax", "infinity")], {"MemoryMax": "2147483648"}),
        ([("CPUQuota", "20%")], {"CPUQuotaPerSecUSec": "200ms"}),
        ([("CPUQuota", "200%")], {"CPUQuotaPerSecUSec": "2s"}),
        ([("SystemCallFilter", "@system-service"), ("SyslogIdentifier", "%%n")], {}),
        ([("PrivateTmp", "yes"), ("PrivateTmp", "no")], {}),
    ],
)
def test_only_what_can_be_foretold_is_compared(settings: list[tuple[str, str]], properties: dict[str, str]) -> None:
    assert effective_properties(settings) == properties


def test_what_need_not_be_in_force_goes_with_the_generation_and_its_later_day_counts() -> None:
    given = [
        {"directives": ["PrivateTmp", "PrivateIPC"], "reason": "An old node", "expires": "2027-02-28"},
        {"directives": ["PrivateTmp"], "reason": "Another", "expires": "2027-01-31"},
    ]
    asset = {"role": "worker", "binding": BINDING, "accept_not_in_force": given}
    document = host_document("worker-1", TypeAdapter(LxcAsset).validate_python(asset))
    generation = generation_document(document, UnitTemplates(sources()), {})
    assert generation["accepted"] == {"PrivateIPC": "2027-02-28", "PrivateTmp": "2027-02-28"}
    assert "accepted" not in made()
