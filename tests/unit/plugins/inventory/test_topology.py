# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin through the real ``ansible-inventory``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible.template import is_trusted_as_template
from ansible_collections.fractalops.infra.plugins.inventory.topology import InventoryModule, plain
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.tests.unit.ansible_command import CONFIG, ansible, unconfigured_ansible

JINJA = "{{ lookup('pipe', 'touch pwned') }}"
HEADER = "#jinja2: variable_start_string:'[[', variable_end_string:']]'"
TOPOLOGY = f"""\
schema_version: 1
profile: lab
openbao: {{address: "https://bao.example:8200", mount: secret, auth: {{method: token_file}}}}
networks: {{lab: {{cidr: 10.20.30.0/24, gateway: 10.20.30.1}}}}
nodes: {{pve-1: {{address: 10.20.30.2}}}}
runtime_assets:
  web:
    role: web
    binding: {{type: lxc, node: pve-1, container_id: 101, network: lab, address: 10.20.30.11}}
    services:
      echo: {{user: echo, exec: ["/bin/echo", "plain"], hardening: strict, description: "{JINJA}"}}
      header:
        user: header
        exec: ["/bin/true"]
        hardening: strict
        description: "{HEADER}"
"""


PLUGIN = "plugin: fractalops.infra.topology\n"
GROUPS = {"all", "ungrouped", "kind_lxc", "role_web", "node_pve_1", "profile_lab", "kind_control_plane"}


def inventory(folder: Path, *arguments: str) -> dict[str, Any]:
    """What ``ansible-inventory`` prints."""
    done = ansible("inventory", folder, *arguments)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(name="lab")
def write_lab(tmp_path: Path) -> Path:
    """A folder with a topology and the configuration file that names it."""
    (tmp_path / "inventory.yml").write_text("plugin: fractalops.infra.topology\n")
    (tmp_path / "topology.yml").write_text(TOPOLOGY)
    return tmp_path


def test_the_list_has_hosts_groups_and_variables(lab: Path) -> None:
    shown = inventory(lab, "--list")
    assert shown["kind_lxc"]["hosts"] == ["web"]
    assert shown["node_pve_1"]["hosts"] == ["web"]
    assert shown["profile_lab"]["hosts"] == ["web", "control_plane"]
    variables = shown["_meta"]["hostvars"]["web"]
    assert variables["ansible_host"] == "10.20.30.11"
    assert json.loads(variables["host_document"]["__ansible_unsafe"])["asset"] == "web"
    shared = shown["_meta"]["hostvars"]["control_plane"]
    assert (shared["topology_profile"], shared["topology_source"]) == ("lab", str(lab / "topology.yml"))


def test_a_host_shows_its_own_variables(lab: Path) -> None:
    assert inventory(lab, "--host", "control_plane")["ansible_connection"] == "local"


def test_an_export_shows_addresses_clean_and_keeps_templates_untrusted(lab: Path) -> None:
    shown = inventory(lab, "--list", "--export")
    variables = shown["_meta"]["hostvars"]["web"]
    assert variables["ansible_host"] == "10.20.30.11"
    assert variables["runtime_asset"]["node"] == "pve-1"
    document = json.loads(variables["host_document"]["__ansible_unsafe"])
    assert document["services"]["echo"]["description"] == JINJA
    assert document["topology"] == {
        "source": str(lab / "topology.yml"),
        "files": load_topology(lab / "topology.yml").digest.files,
    }
    assert document["openbao"] == shown["_meta"]["hostvars"]["control_plane"]["topology_openbao"]
    shared = shown["_meta"]["hostvars"]["control_plane"]
    assert shared["topology_openbao"]["address"] == "https://bao.example:8200"


def groups_without_configuration(home: Path, source: Path) -> set[str]:
    """The groups of the source, seen without a configuration and without a word of warning."""
    done = unconfigured_ansible("inventory", home, "-i", str(source), "--graph")
    assert (done.returncode, done.stderr) == (0, "")
    return set(re.findall(r"@(\w+):", done.stdout))


@pytest.mark.parametrize("source", [".", "topology.yml"])
def test_a_topology_is_an_inventory_by_itself(tmp_path: Path, source: str) -> None:
    folder = tmp_path / "inventory"
    (folder / "group_vars").mkdir(parents=True)
    (folder / "group_vars" / "all.yml").write_text("---\nours: 1\n")
    (folder / "topology.yml").write_text(PLUGIN + TOPOLOGY)
    assert groups_without_configuration(tmp_path, folder / source) == GROUPS


HEAD, ASSETS = TOPOLOGY.split("runtime_assets:\n")


@pytest.mark.parametrize(
    ("named", "parts"),
    [
        ("topology.yml", {"topology.yml": TOPOLOGY}),
        ("topology", {"topology/head.yml": HEAD, "topology/web.yml": f"runtime_assets:\n{ASSETS}"}),
    ],
)
def test_a_topology_that_a_configuration_names_is_read_once(tmp_path: Path, named: str, parts: dict[str, str]) -> None:
    folder = tmp_path / "inventory"
    (folder / named).parent.mkdir()
    (folder / "inventory.yml").write_text(f"{PLUGIN}topology: {named}\n")
    for name, part in parts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(PLUGIN + part)
    assert groups_without_configuration(tmp_path, folder) == GROUPS


def test_a_topology_that_is_not_valid_leaves_no_groups_to_other_plugins(tmp_path: Path) -> None:
    (tmp_path / "topology.yml").write_text(PLUGIN + TOPOLOGY.replace("profile: lab", "profile: 5"))
    done = unconfigured_ansible("inventory", tmp_path, "-i", str(tmp_path / "topology.yml"), "--graph")
    assert set(re.findall(r"@(\w+):", done.stdout)) <= {"all", "ungrouped"}
    assert "topology.yml:3:10 profile: needs text; quote it if it looks like a number" in " ".join(done.stderr.split())


@pytest.mark.parametrize("service", ["echo", "header"])
def test_a_template_in_the_topology_is_text_in_a_play(lab: Path, service: str) -> None:
    message = f"msg={{{{ (host_document | from_json).services.{service}.description }}}}"
    done = ansible("adhoc", lab, "web", "-c", "local", "-m", "ansible.builtin.debug", "-a", message)
    assert done.returncode == 0, done.stderr + done.stdout
    assert json.dumps(JINJA if service == "echo" else HEADER) in done.stdout
    assert not (lab / "pwned").exists()


@pytest.mark.parametrize("config", ["", CONFIG], ids=["stranger", "ours"])
def test_an_invalid_topology_ends_ansible_with_every_violation(lab: Path, config: str) -> None:
    (lab / "topology.yml").write_text(
        TOPOLOGY.replace("profile: lab", "profile: 5").replace("node: pve-1", "node: pve")
    )
    done = ansible("inventory", lab, "--list", config=config)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.rstrip().splitlines() == [
        f"[ERROR]: {lab}/topology.yml is not a valid topology:",
        f"{lab}/topology.yml:2:10 profile: needs text; quote it if it looks like a number",
        f"{lab}/topology.yml:9:32 runtime_assets.web.binding.node: node 'pve' does not exist; did you mean 'pve-1'?",
    ]


def test_a_topology_beside_an_invalid_one_does_not_help(lab: Path) -> None:
    (lab / "other.yml").write_text("plugin: fractalops.infra.topology\ntopology: absent.yml\n")
    done = ansible("inventory", lab, "-i", str(lab / "other.yml"), "--list", config="")
    assert (done.returncode, done.stdout) == (4, "")
    assert f"{lab}/absent.yml is not a valid topology" in done.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("overlay: other.yml\n", "inventory.yml overlay: unknown key; remove it, only plugin and topology exist"),
        ("topology: absent.yml\n", "absent.yml is not a valid topology:"),
        ("topology: [topology.yml]\n", "topology"),
    ],
)
def test_a_configuration_that_is_no_use_ends_ansible(lab: Path, more: str, words: str) -> None:
    (lab / "inventory.yml").write_text(f"plugin: fractalops.infra.topology\n{more}")
    done = ansible("inventory", lab, "--list", config="")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("[ERROR]: ") and words in done.stderr
    assert "[WARNING]" not in done.stderr


def test_an_overlay_or_any_other_unknown_key_beside_the_topology_is_refused(lab: Path) -> None:
    (lab / "inventory.yml").write_text("plugin: fractalops.infra.topology\noverlay: other.yml\n")
    done = ansible("inventory", lab, "--list")
    assert done.returncode != 0
    assert f"{lab}/inventory.yml overlay: unknown key; remove it, only plugin and topology exist" in done.stderr


def test_a_configuration_that_is_not_yaml_ends_ansible_when_the_plugin_is_asked(lab: Path) -> None:
    (lab / "inventory.yml").write_text("plugin: fractalops.infra.topology\ntopology: [\n")
    done = ansible("inventory", lab, "--list", config=CONFIG.replace("any_unparsed_is_failed = true\n", ""))
    assert (done.returncode, done.stdout) == (4, "")


def test_a_missing_library_ends_ansible_and_is_named(lab: Path) -> None:
    (lab / "libraries" / "pydantic").mkdir(parents=True)
    (lab / "libraries" / "pydantic" / "__init__.py").write_text("raise ImportError(name='pydantic')\n")
    done = ansible("inventory", lab, "--list", config="", PYTHONPATH=str(lab / "libraries"))
    assert (done.returncode, done.stdout) == (4, "")
    assert "[ERROR]: fractalops.infra.topology: Python library pydantic is missing; install it" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "is_ours"),
    [
        ("inventory.yml", "plugin: fractalops.infra.topology\n", True),
        ("inventory.yaml", "---\n# why\nplugin: 'fractalops.infra.topology'  # ours\ntopology: x\n", True),
        ("topology.yml", PLUGIN + TOPOLOGY, True),
        ("inventory.yml", "plugin: fractalops.infra.topology2\n", False),
        ("inventory.yml", "all: {hosts: {}}\n", False),
        ("inventory.yml", "  plugin: fractalops.infra.topology\n", False),
        ("inventory.ini", "plugin: fractalops.infra.topology\n", False),
        ("inventory.yml", "# " + "x" * 5000 + "\nplugin: fractalops.infra.topology\n", False),
    ],
)
def test_only_a_configuration_that_names_the_plugin_is_ours(
    tmp_path: Path,
    name: str,
    content: str,
    is_ours: bool,  # noqa: FBT001
) -> None:
    (tmp_path / name).write_text(content)
    assert InventoryModule().verify_file(str(tmp_path / name)) is is_ours


@pytest.mark.parametrize(
    ("text", "is_harmless"),
    [
        ("10.20.30.11", True),
        ("{config}", True),
        ("{{ x }}", False),
        ("{% x %}", False),
        ("{# x #}", False),
        (HEADER, False),
    ],
)
def test_only_text_that_cannot_be_a_template_is_marked_harmless(
    text: str,
    is_harmless: bool,  # noqa: FBT001
) -> None:
    assert is_trusted_as_template(plain([{"key": text}])[0]["key"]) is is_harmless
