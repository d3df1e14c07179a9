# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary of every kind of secret shows in no channel of a run, whole or broken; a leaky play shows in every one."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import leak, openbao, site
from ansible_collections.fractalops.infra.tests.lab.container import Container
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT

from .conftest import CREDENTIALS

HOSTS, SITE = "--tags=hosts", "fractalops.infra.site"
LEAKY = str(PROJECT / "tests/lab/leaky.yml")
ODD_PATH, ODD_REF = "runtime/odd", "bao://secret/runtime/odd#value"
#: What no way of writing a text, or one inside another, changes; made anew, so that no file of ours holds it.
ODD_CORE = f"odd-{secrets.token_hex(8)}"
#: Text that Jinja, a shell, JSON and YAML would each like to do something with.
ODD_VALUE = ODD_CORE + """ {{ 7 * 7 }} $(id) "quoted" \\ 'single' %s"""
FORGET = "rm -rf /etc/fractalops/generations/*/credentials"
CREDS = "/usr/bin/systemd-creds"
TALKER = '#!/bin/sh\n[ "$1" != setup ] || exit 0\necho "$@" >&2\ncat >&2\nexit 1\n'
RUNNER = Path(sys.executable).with_name("ansible-runner")


@dataclass(frozen=True)
class Channels:
    """Everything of one run that could show a secret, as text or folder."""

    run: site.Run
    folder: Path
    watch: leak.Watch

    def hits(self, values: tuple[str, ...]) -> set[str]:
        """Names of the channels that hold a value in some form."""
        found = {"output"} if leak.in_text(values, {"output": self.run.output}) else set()
        found |= {Path(file).relative_to(self.folder).parts[0] for file in leak.in_folder(values, self.folder)}
        return found | {f"proc {part}" for part in self.watch.found}


@pytest.fixture(scope="module")
def values() -> Iterator[tuple[str, ...]]:
    """One canary of each kind: role_id, secret_id, and what is in KV."""
    openbao.write(ODD_PATH, {"value": ODD_VALUE})
    identity = json.loads(openbao.APPROLE.read_text())
    yield (*openbao.markers(), ODD_CORE, ODD_VALUE, identity["role_id"], identity["secret_id"])
    openbao.root().call("DELETE", f"secret/metadata/{ODD_PATH}")


@pytest.fixture
def odd(base: site.Site, values: tuple[str, ...], lab: tuple[Container, ...], assets: dict[str, Any]) -> site.Site:
    """A site with work to do: one more secret, and none of those before on the hosts any more."""
    wanted = site.topology(assets)
    for worker in wanted["runtime_assets"].values():
        credentials = {**CREDENTIALS, "odd": ODD_REF}
        worker["services"]["fractalops-api"] = site.service("fractalops-api", 8081, credentials)
    base.write(wanted)
    for container in lab:
        container.attach(["/bin/sh", "-c", FORGET])
    return base


def _environment(folder: Path) -> dict[str, str]:
    """Every place Ansible can be told to write to, below ``folder``."""
    (folder / "tmp").mkdir()
    return {
        "TMPDIR": str(folder / "tmp"),
        "ANSIBLE_LOG_PATH": str(folder / "log"),
        "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,ansible.builtin.tree",
        "ANSIBLE_CALLBACK_TREE_DIR": str(folder / "tree"),
        "JUNIT_OUTPUT_DIR": str(folder / "junit"),
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
        "ANSIBLE_RETRY_FILES_ENABLED": "1",
        "ANSIBLE_RETRY_FILES_SAVE_PATH": str(folder / "retry"),
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp" / "ansible"),
    }


def _play(one: site.Site, folder: Path, values: tuple[str, ...], playbook: str, *arguments: str) -> Channels:
    with leak.Watch(values) as watch:
        run = one.play(playbook, *arguments, **_environment(folder))
    return Channels(run, folder, watch)


def _runner(one: site.Site, folder: Path, values: tuple[str, ...], playbook: str, *arguments: str) -> Channels:
    """As AWX does: every event as a JSON file among the artifacts."""
    (folder / "project").mkdir()
    options = [word for word in one.command(playbook, *arguments)[2:] if not word.startswith("--inventory")]
    command = [str(RUNNER), "run", str(folder), f"--playbook={playbook}", f"--inventory={one.inventory}"]
    command.append(f"--cmdline={' '.join(_quoted(word) for word in options)}")
    with leak.Watch(values) as watch:
        run = one.run(command, TMPDIR=str(folder))
    return Channels(run, folder, watch)


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word


def _clean_hosts(values: tuple[str, ...], lab: tuple[Container, ...]) -> list[str]:
    return [hit for container in lab for hit in leak.on_host(values, container)]


def test_a_run_shows_no_secret_in_any_channel(
    odd: site.Site, values: tuple[str, ...], lab: tuple[Container, ...], tmp_path: Path
) -> None:
    seen = _play(odd, tmp_path, values, SITE, HOSTS, "--diff", "-vvvvv")
    assert seen.run.returncode == 0, seen.run.output[-3000:]
    assert seen.run.changed["worker-1"] == 1
    assert seen.hits(values) == set()
    assert seen.watch.rounds > 10
    assert {file.name for file in tmp_path.iterdir()} >= {"log", "junit", "tree", "facts", "tmp"}
    assert _clean_hosts(values, lab) == []
    assert leak.on_controller(values) == []


def test_ansible_runner_keeps_no_secret_among_its_artifacts(
    odd: site.Site, values: tuple[str, ...], lab: tuple[Container, ...], tmp_path: Path
) -> None:
    seen = _runner(odd, tmp_path, values, SITE, HOSTS, "--diff", "-vvvvv")
    assert seen.run.returncode == 0, seen.run.output[-3000:]
    assert seen.run.changed["worker-1"] == 1
    assert list(tmp_path.glob("artifacts/*/job_events/*.json"))
    assert seen.hits(values) == set()
    assert _clean_hosts(values, lab) == []


@pytest.mark.parametrize("verbosity", ("-v", "-vv", "-vvv", "-vvvv"))
def test_no_verbosity_of_a_plan_shows_a_secret(
    odd: site.Site, values: tuple[str, ...], tmp_path: Path, verbosity: str
) -> None:
    seen = _play(odd, tmp_path, values, SITE, HOSTS, "--check", "--diff", verbosity)
    assert seen.run.returncode == 0, seen.run.output[-3000:]
    assert seen.hits(values) == set()


def test_an_inventory_shows_refs_only(odd: site.Site, values: tuple[str, ...]) -> None:
    command = [str(site.VENV / "bin/ansible-inventory"), f"--inventory={odd.inventory}", "--list"]
    listed = odd.run([*command, "--export", "-vvvvv"])
    assert listed.returncode == 0 and ODD_REF in listed.output
    assert leak.in_text(values, {"list": listed.output}) == []


def _broken_runs(folder: Path) -> Mapping[str, tuple[list[str], str]]:
    """Ways in which a run ends badly with secrets at hand, and what it then says."""
    wrong = folder / "wrong.json"
    wrong.touch(mode=0o600)
    wrong.write_text(json.dumps(json.loads(openbao.APPROLE.read_text()) | {"secret_id": "canary-of-a-wrong-secret-id"}))
    templates = folder / "templates"
    templates.mkdir()
    for template in (PROJECT / "roles/host/templates").iterdir():
        (templates / template.name).write_text("{{ 1 / 0 }}\n")
    return {
        "wrong credential": ([f"--extra-vars=openbao_credentials_file={wrong}"], "role_id or secret_id"),
        "crash after the secrets were read": ([f"--extra-vars=host_templates={templates}"], "ZeroDivisionError"),
    }


@pytest.mark.parametrize("name", ("wrong credential", "crash after the secrets were read"))
def test_a_run_that_breaks_shows_no_secret(
    odd: site.Site, values: tuple[str, ...], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    arguments, words = _broken_runs(tmp_path_factory.mktemp("broken"))[name]
    seen = _play(odd, tmp_path, values, SITE, HOSTS, "-vvvvv", *arguments)
    assert seen.run.returncode != 0
    assert words in seen.run.output, seen.run.output[-3000:]
    assert seen.hits((*values, "canary-of-a-wrong-secret-id")) == set()


def test_a_server_that_cannot_be_reached_costs_no_secret(
    odd: site.Site, values: tuple[str, ...], tmp_path: Path
) -> None:
    topology = (odd.folder / "topology.yml").read_text()
    odd.write_text(topology.replace(openbao.ADDRESS, openbao.ADDRESS.replace(":8200", ":8299")))
    seen = _play(odd, tmp_path, values, SITE, HOSTS, "-vvvvv")
    assert seen.run.returncode != 0 and "cannot be reached" in seen.run.output, seen.run.output[-3000:]
    assert seen.hits(values) == set()


def test_a_tool_that_prints_what_it_is_given_is_not_quoted(
    odd: site.Site, values: tuple[str, ...], lab: tuple[Container, ...], tmp_path: Path
) -> None:
    """systemd-creds gets the value by standard input; here it fails and shows it all."""
    for container in lab:
        container.attach(["/bin/sh", "-c", f"mv {CREDS} {CREDS}.real; cat > {CREDS}; chmod 755 {CREDS}"], stdin=TALKER)
    try:
        seen = _play(odd, tmp_path, values, SITE, HOSTS, "-vvvvv")
    finally:
        for container in lab:
            container.attach(["/bin/mv", f"{CREDS}.real", CREDS])
    assert seen.run.returncode != 0 and "systemd-creds" in seen.run.output, seen.run.output[-3000:]
    assert seen.hits(values) == set()
    assert _clean_hosts(values, lab) == []


def _leak_into(folder: Path) -> list[str]:
    return [f"--extra-vars=ref={ODD_REF}", f"--extra-vars=controller_file={folder / 'leaked'}"]


def test_a_leaky_play_is_found_in_every_channel(
    odd: site.Site, values: tuple[str, ...], lab: tuple[Container, ...], tmp_path: Path
) -> None:
    """The control: the same scan over a play that leaks."""
    try:
        seen = _play(odd, tmp_path, values, LEAKY, "-vvvvv", *_leak_into(tmp_path / "tmp"))
        assert seen.run.returncode != 0
        assert seen.hits(values) == {"output", "log", "junit", "tree", "facts", "tmp", "proc cmdline", "proc environ"}
        assert {"journal", "/var/tmp/leaked"} <= set(leak.on_host(values, lab[0]))
    finally:
        for container in lab:
            container.attach(["/bin/sh", "-c", "rm -f /var/tmp/leaked; journalctl -q --rotate --vacuum-time=1s"])


def test_a_leaky_play_is_found_among_the_artifacts(
    odd: site.Site, values: tuple[str, ...], lab: tuple[Container, ...], tmp_path: Path
) -> None:
    try:
        (tmp_path / "tmp").mkdir()
        seen = _runner(odd, tmp_path, values, LEAKY, *_leak_into(tmp_path / "tmp"))
        assert seen.run.returncode != 0
        assert seen.hits(values) >= {"output", "artifacts", "tmp"}
    finally:
        for container in lab:
            container.attach(["/bin/sh", "-c", "rm -f /var/tmp/leaked; journalctl -q --rotate --vacuum-time=1s"])
