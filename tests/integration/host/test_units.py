# SPDX-License-Identifier: GPL-3.0-or-later
"""Units in full on a real host: every kind of ours, settings over units of others, masks; and all of it undone."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.effective_property import effective_properties
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.hardening import PROFILES
from ansible_collections.fractalops.infra.tests.lab import hosts, site

from .conftest import Host

HOSTS = "--tags=hosts"
SITE = "fractalops.infra.site"
SLEEP = ["/bin/sleep", "1000000"]
FOREIGN = "[Service]\\nExecStart=/bin/sleep 1000000\\n[Install]\\nWantedBy=multi-user.target\\n"
#: Notes what it was started with, and what it was told since.
READER = 'trap "cp {config} /var/lib/demo-reader/seen" HUP; while :; do sleep 1000 & wait; done'
#: Text that means something to Ansible, systemd or a shell, and goes to a program of its own.
LITERAL = ["--format={{.Names}}", "{{ 7 * 7 }}", "{{config}}", "{% raw %}", "${HOME}", "$HOME", "%h", "%{http_code}"]
LITERAL += ["#{host}", "{}", '{"a": {"b": 1}}', "`id`", "\\n \"x\" 'y'"]
LITERAL_ENVIRONMENT = {"FORMAT": "{{.Names}} 50% ${HOME}", "http_proxy": "http://proxy.example:3128", "no_proxy": "a,b"}
#: Notes its words and its environment.
NOTE = "import json, os, sys; json.dump([sys.argv[1:], dict(os.environ)], open('/var/lib/demo-literal/seen', 'w'))"
ECHO = "import socket as s; c = s.fromfd(3, s.AF_INET, s.SOCK_STREAM).accept()[0]; c.sendall(b'hello')"


def plain(user: str, **changes: Any) -> dict[str, Any]:
    """A service that sleeps."""
    return {"user": user, "exec": SLEEP, "hardening": "standard", **changes}


def wanted_units() -> dict[str, Any]:
    """One unit of each kind, and what we say about two units of somebody else."""
    return {
        "timers": {"demo-job": {"after_startup_seconds": 1, "accuracy_seconds": 1}},
        "sockets": {"demo-echo": {"listen_streams": ["127.0.0.1:9001"]}},
        "paths": {"demo-inbox": {"exists": ["/run/demo-inbox"], "starts": "demo-mail.service"}},
        "targets": {"demo": {"description": "All of the demo"}},
        "slices": {"demo": {"limits": {"memory_max": "64M", "cpu_quota_percent": 150}}},
        "drop_ins": {
            "foreign-kept.service": {"directives": {"Service": {"MemoryMax": "32M", "ProtectHome": "yes"}}},
            "foreign-restarted.service": {
                "directives": {"Unit": {"Description": "Ours to describe"}, "Service": {"TasksMax": "77"}},
                "restart": True,
            },
        },
        "masks": ["foreign-masked.service"],
    }


def wanted_services() -> dict[str, Any]:
    """Services that others start, instances, and one that can be reloaded."""
    return {
        **{f"demo-{profile}": plain(f"demo-{profile}", hardening=profile) for profile in PROFILES},
        "demo-job": plain("demo-job", type="oneshot", exec=["/bin/true"], state="on-demand"),
        "demo-echo": plain("demo-echo", exec=["/usr/bin/python3", "-c", ECHO], restart="no", state="on-demand"),
        "demo-mail": plain("demo-mail", type="oneshot", exec=["/bin/rm", "/run/demo-inbox"], state="on-demand")
        | {"user": "root", "allow_root": True},
        "demo-worker": plain("demo-worker", exec=["/bin/sh", "-c", "exec sleep 1000000", "{instance}"])
        | {"instances": ["a", "b"], "part_of": ["demo.target"], "wanted_by": ["demo.target"], "slice": "demo.slice"},
        "demo-literal": plain("demo-literal", type="oneshot", exec=["/usr/bin/python3", "-c", NOTE, *LITERAL])
        | {"environment": LITERAL_ENVIRONMENT, "directories": {"/var/lib/demo-literal": {}}},
        "demo-reader": plain("demo-reader", exec=["/bin/sh", "-c", READER])
        | {"reload": ["/bin/kill", "-HUP", "{main_pid}"], "directories": {"/var/lib/demo-reader": {}}}
        | {
            "config": config("first"),
            "environment": {"COLOUR": "50% $HOME"},
            "exec_before": [["/bin/true", "{config}"]],
        }
        | {"limits": {"memory_max": "48M", "tasks_max": 20, "cpu_quota_percent": 50, "open_files": 512, "nice": 3}},
    }


def config(name: str) -> dict[str, Any]:
    return {
        "format": "json",
        "schema": site.SCHEMA.name,
        "content": {"name": name, "port": 8099, "credentials": []},
    }


def with_units(services: dict[str, Any], units: dict[str, Any] | None) -> dict[str, Any]:
    """A topology of one host with these."""
    host = site.host(1, copy.deepcopy(services), window_seconds=20)
    if units is not None:
        host["units"] = copy.deepcopy(units)
    return site.topology({"worker-1": host})


def applied(made: site.Site, services: dict[str, Any], units: dict[str, Any] | None) -> site.Run:
    made.write(with_units(services, units))
    return made.play(SITE, HOSTS)


def show(host: Host, unit: str, *properties: str) -> dict[str, str]:
    """Effective properties."""
    lines = host.run(f"systemctl show '{unit}' --property={','.join(properties)}").splitlines()
    return dict(line.split("=", 1) for line in lines)


def states(host: Host, *units: str) -> dict[str, str]:
    """Whether units are active."""
    return {unit: show(host, unit, "ActiveState")["ActiveState"] for unit in units}


def everything(host: Host) -> str:
    """All links of ours, and all unit folders, as they are now."""
    places = (
        "/etc/systemd/system /run/systemd/system.control /etc/systemd/system-generators /run/systemd/generator.early"
    )
    return host.run(
        f"find {places} -mindepth 1 -printf '%p %l\\n' 2>/dev/null | sort; ls /run/fractalops/files 2>/dev/null || true"
    )


@pytest.fixture(scope="module")
def host(base: site.Site, first_host: Host) -> Iterator[Host]:
    """A host with three units of somebody else, and nothing of ours."""
    names = ("foreign-kept", "foreign-restarted", "foreign-masked")
    for name in names:
        first_host.run(f"printf '{FOREIGN}' > /etc/systemd/system/{name}.service")
    first_host.run("systemctl daemon-reload && systemctl enable --now --quiet " + " ".join(names))
    run = applied(base, {}, None)
    assert run.returncode == 0, run.output
    yield first_host
    first_host.run("systemctl disable --now --quiet " + " ".join(names))
    first_host.run("rm " + " ".join(f"/etc/systemd/system/{name}.service" for name in names))


@pytest.fixture(scope="module")
def bare(host: Host) -> str:
    """The unit folders before anything of ours is there."""
    return everything(host)


@pytest.fixture(scope="module")
def up(base: site.Site, host: Host, bare: str) -> site.Site:
    """The site with every kind of unit applied."""
    run = applied(base, wanted_services(), wanted_units())
    assert run.returncode == 0, run.output
    return base


def test_every_kind_of_unit_is_up(up: site.Site, host: Host) -> None:
    ours = ("demo-job.timer", "demo-echo.socket", "demo-inbox.path", "demo.target")
    ours += ("demo-worker@a.service", "demo-worker@b.service", "demo-reader.service")
    assert set(states(host, *ours).values()) == {"active"}
    assert up.play(SITE, HOSTS).hosts_changed == set()


def test_a_program_gets_braces_percent_and_dollar_as_they_are_written(up: site.Site, host: Host) -> None:
    words, environment = json.loads(host.run("cat /var/lib/demo-literal/seen"))
    assert words == LITERAL
    assert {name: environment.get(name) for name in LITERAL_ENVIRONMENT} == LITERAL_ENVIRONMENT


def test_a_timer_a_socket_and_a_path_start_their_services(up: site.Site, host: Host) -> None:
    host.run("touch /run/demo-inbox; while [ -e /run/demo-inbox ]; do sleep 0.05; done")
    connect = "import socket; print(socket.create_connection(('127.0.0.1', 9001), 9).recv(9))"
    assert "hello" in host.container.attach(["/usr/bin/python3", "-c", connect])
    ended = "systemctl show demo-job --property=ExecMainExitTimestamp --value"
    host.run(f'while [ -z "$({ended})" ]; do sleep 0.05; done')
    assert show(host, "demo-job", "Result", "ActiveState") == {"Result": "success", "ActiveState": "inactive"}


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_directive_of_a_profile_is_in_effect(up: site.Site, host: Host, profile: str) -> None:
    declared = effective_properties(PROFILES[profile].items())
    assert set(PROFILES[profile]) - set(declared) <= {"SystemCallFilter"}
    shown = show(host, f"demo-{profile}", *declared)
    assert {key: set(text.split()) for key, text in shown.items()} == {
        key: set(text.split()) for key, text in declared.items()
    }


def test_limits_are_in_effect_and_in_the_cgroup(up: site.Site, host: Host) -> None:
    declared = {"MemoryMax": str(48 << 20), "TasksMax": "20", "CPUQuotaPerSecUSec": "500ms", "LimitNOFILE": "512"}
    assert show(host, "demo-reader", *declared) == declared
    assert show(host, "demo.slice", "MemoryMax", "CPUQuotaPerSecUSec") == {
        "MemoryMax": str(64 << 20),
        "CPUQuotaPerSecUSec": "1.500000s",
    }
    (group,) = show(host, "demo-worker@a", "ControlGroup").values()
    assert group.startswith("/demo.slice/")
    quota = host.run(
        "cat /sys/fs/cgroup/cpu/*/demo-reader.service/cpu.cfs_quota_us /sys/fs/cgroup/*/cpu.max 2>&1 || true"
    )
    assert "50000" in quota


def test_settings_over_units_of_others_hold_and_win_over_lxc(up: site.Site, host: Host) -> None:
    kept = show(host, "foreign-kept", "MemoryMax", "ProtectHome", "DropInPaths")
    assert (kept["MemoryMax"], kept["ProtectHome"]) == (str(32 << 20), "yes")
    names = [path.rpartition("/")[2] for path in kept["DropInPaths"].split()]
    assert names == ["zzz-lxc-service.conf", "zzzz-fractalops.conf"]
    assert show(host, "foreign-restarted", "Description", "TasksMax") == {
        "Description": "Ours to describe",
        "TasksMax": "77",
    }


def test_a_masked_unit_is_stopped_and_nobody_starts_it(up: site.Site, host: Host) -> None:
    assert show(host, "foreign-masked", "LoadState", "ActiveState") == {
        "LoadState": "masked",
        "ActiveState": "inactive",
    }
    assert "masked" in host.run("systemctl start foreign-masked 2>&1 || true")


def test_a_failure_undoes_all_of_it(up: site.Site, host: Host) -> None:
    links = everything(host)
    services, units = wanted_services(), wanted_units()
    services["demo-broken"] = plain("demo-broken", exec=["/bin/sh", "-c", "sleep 0.6; exit 7"])
    services["demo-worker"]["instances"] = ["b", "c"]
    services["demo-reader"]["config"] = config("third")
    units["masks"] = ["foreign-kept.service"]
    del units["drop_ins"]["foreign-kept.service"]
    units["drop_ins"]["foreign-restarted.service"]["directives"]["Service"]["TasksMax"] = "78"
    units["sockets"]["demo-echo"]["listen_streams"] = ["127.0.0.1:9002"]
    del units["timers"]["demo-job"]
    run = applied(up, services, units)
    assert run.returncode != 0 and "demo-broken.service is" in run.output, run.output
    up.write(with_units(wanted_services(), wanted_units()))
    assert everything(host) == links
    ours = ("demo-job.timer", "demo-echo.socket", "demo-worker@a.service", "demo-worker@b.service", "foreign-kept")
    assert set(states(host, *ours).values()) == {"active"}
    assert states(host, "demo-worker@c.service") == {"demo-worker@c.service": "inactive"}
    assert show(host, "foreign-masked", "LoadState") == {"LoadState": "masked"}
    assert show(host, "foreign-restarted", "TasksMax") == {"TasksMax": "77"}
    assert '"first"' in host.run("cat /run/fractalops/files/demo-reader.service/config.json")


def test_a_limit_that_systemd_shows_and_the_container_does_not_give_rolls_back(up: site.Site, host: Host) -> None:
    services = wanted_services()
    services["demo-strict"]["limits"] = {"open_files": 65000}
    run = applied(up, services, wanted_units())
    up.write(with_units(wanted_services(), wanted_units()))
    assert run.returncode != 0
    assert "demo-strict.service: LimitNOFILE is not in force: the process has 20000" in run.output, run.output
    assert set(states(host, "demo-strict.service").values()) == {"active"}


def test_drift_names_units_settings_and_masks(up: site.Site, host: Host) -> None:
    host.run("systemctl stop demo-echo.socket demo-worker@a; rm /etc/systemd/system-generators/fractalops")
    host.run("rm /etc/systemd/system/foreign-kept.service.d/zzzz-fractalops.conf; systemctl daemon-reload")
    run = up.play("fractalops.infra.drift", "--limit=worker-1,control_plane")
    for found in ("demo-echo.socket", "demo-worker@a.service", "foreign-masked.service", "foreign-kept.service"):
        assert found in run.output
    run = up.play(SITE, HOSTS)
    assert run.hosts_changed == {"worker-1"}, run.output
    assert set(states(host, "demo-echo.socket", "demo-worker@a.service").values()) == {"active"}
    assert show(host, "foreign-masked", "LoadState") == {"LoadState": "masked"}


def test_a_change_of_config_alone_reloads(up: site.Site, host: Host) -> None:
    before = show(host, "demo-reader", "InvocationID", "MainPID")
    services = wanted_services()
    services["demo-reader"]["config"] = config("second")
    run = applied(up, services, wanted_units())
    assert run.returncode == 0 and run.hosts_changed == {"worker-1"}, run.output
    assert show(host, "demo-reader", "InvocationID", "MainPID") == before
    host.run("until grep -q second /var/lib/demo-reader/seen; do sleep 0.05; done")


def test_only_what_changed_and_what_depends_on_it_is_restarted(up: site.Site, host: Host) -> None:
    watched = ("demo-worker@a", "demo-worker@b", "demo-reader", "demo.target", "foreign-kept", "foreign-restarted")
    before = {unit: show(host, unit, "InvocationID") for unit in watched}
    units = wanted_units()
    units["targets"]["demo"]["description"] = "changed"
    units["drop_ins"]["foreign-kept.service"]["directives"]["Service"]["MemoryMax"] = "33M"
    services = wanted_services()
    services["demo-reader"]["config"] = config("second")
    run = applied(up, services, units)
    assert run.returncode == 0, run.output
    after = {unit: show(host, unit, "InvocationID") for unit in watched}
    assert {unit for unit in watched if before[unit] != after[unit]} == {
        "demo-worker@a",
        "demo-worker@b",
        "demo.target",
    }
    assert show(host, "foreign-kept", "MemoryMax") == {"MemoryMax": str(33 << 20)}


def test_after_a_power_cut_all_of_it_is_there(up: site.Site, host: Host) -> None:
    hosts.reboot(host.container.name)
    host.run("systemctl is-system-running --wait >/dev/null || true")
    ours = ("demo-job.timer", "demo-echo.socket", "demo-inbox.path", "demo.target", "demo-reader.service")
    assert set(states(host, *ours, "demo-worker@a.service", "demo-worker@b.service").values()) == {"active"}
    assert show(host, "foreign-masked", "LoadState") == {"LoadState": "masked"}
    assert show(host, "foreign-restarted", "TasksMax") == {"TasksMax": "77"}
    assert up.play(SITE, HOSTS).hosts_changed == set()


def test_settings_over_a_template_restart_its_instances_and_go_although_it_is_gone(up: site.Site, host: Host) -> None:
    host.run(f"printf '{FOREIGN}' > /etc/systemd/system/foreign-many@.service; systemctl start foreign-many@a")
    before = show(host, "foreign-many@a", "InvocationID")
    units = wanted_units()
    units["drop_ins"]["foreign-many@.service"] = {"directives": {"Service": {"TasksMax": "55"}}, "restart": True}
    run = applied(up, wanted_services(), units)
    assert run.returncode == 0, run.output
    assert show(host, "foreign-many@a", "TasksMax") == {"TasksMax": "55"}
    assert show(host, "foreign-many@a", "InvocationID") != before
    host.run("rm /etc/systemd/system/foreign-many@.service; systemctl daemon-reload")
    run = applied(up, wanted_services(), wanted_units())
    assert run.returncode == 0 and states(host, "foreign-many@a") == {"foreign-many@a": "active"}, run.output
    host.run("systemctl stop foreign-many@a")


def test_settings_over_a_unit_that_is_gone_can_be_taken_away(up: site.Site, host: Host) -> None:
    host.run(f"printf '{FOREIGN}' > /etc/systemd/system/foreign-gone.service; systemctl start foreign-gone")
    units = wanted_units()
    units["drop_ins"]["foreign-gone.service"] = {"directives": {"Service": {"TasksMax": "55"}}, "restart": True}
    assert applied(up, wanted_services(), units).returncode == 0
    host.run("rm /etc/systemd/system/foreign-gone.service; systemctl daemon-reload")
    run = applied(up, wanted_services(), wanted_units())
    assert run.returncode == 0 and run.hosts_changed == {"worker-1"}, run.output
    host.run("systemctl stop foreign-gone")


def test_a_unit_of_others_is_started_anew_without_the_settings_taken_away(up: site.Site, host: Host) -> None:
    nice = "ps -o ni= -p $(systemctl show foreign-restarted --value --property=MainPID)"
    units = wanted_units()
    units["drop_ins"]["foreign-restarted.service"]["directives"]["Service"]["Nice"] = "5"
    assert applied(up, wanted_services(), units).returncode == 0
    assert host.run(nice).strip() == "5"
    del units["drop_ins"]["foreign-restarted.service"]
    run = applied(up, wanted_services(), units)
    assert run.returncode == 0, run.output
    assert host.run(nice).strip() == "0"
    assert applied(up, wanted_services(), wanted_units()).returncode == 0


def test_what_left_the_topology_is_gone_and_what_is_of_others_is_as_it_was(
    up: site.Site, host: Host, bare: str
) -> None:
    assert applied(up, {}, None).returncode == 0
    assert everything(host) == bare
    assert (
        host.run("systemctl list-units --all --plain --no-legend 'demo*' | grep -v -e not-found -e slice || true") == ""
    )
    assert show(host, "foreign-masked", "LoadState") == {"LoadState": "loaded"}
    assert show(host, "foreign-kept", "MemoryMax") == {"MemoryMax": "infinity"}
