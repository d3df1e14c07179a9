# SPDX-License-Identifier: GPL-3.0-or-later
"""Host document → generation."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host import generation as on_the_host
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host import generation as on_the_controller
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import HostDocument, host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import generation_document, refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import UnitTemplates
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology

ROOT = Path(__file__).parents[5]
REF = "bao://secret/runtime/worker#api-key"
CONFIG = {"format": "json", "schema": "worker.schema.json", "content": {"queue": "default", "name": "Ä {{ x }}"}}


def templates() -> UnitTemplates:
    folder = ROOT / "roles/host/templates"
    return UnitTemplates({name: (folder / name).read_text() for name in ("service.j2", "dropin.j2")})


def document(**service: object) -> HostDocument:
    """The document of a host with one service."""
    worker = {"user": "worker", "exec": ["/bin/true"], "hardening": "strict", **service}
    binding = {"type": "lxc", "node": "pve1", "container_id": 210, "network": "lab", "address": "10.0.0.5"}
    topology = {
        "schema_version": 1,
        "profile": "lab",
        "openbao": {"address": "https://bao.example:8200", "mount": "secret", "auth": {"method": "token_file"}},
        "networks": {"lab": {"cidr": "10.0.0.0/24", "gateway": "10.0.0.1"}},
        "nodes": {"pve1": {"address": "10.0.0.2"}},
        "runtime_assets": {"worker-1": {"role": "worker", "binding": binding, "services": {"worker": worker}}},
    }
    return host_document("worker-1", Topology.model_validate(topology).runtime_assets["worker-1"])


def unit(**service: object) -> dict[str, object]:
    generation = generation_document(document(**service), templates(), {REF: REF + "@3"})
    return dict(generation["units"]["worker.service"])


def test_both_sides_use_one_mark() -> None:
    assert on_the_controller.GENERATION_MARK == on_the_host.GENERATION_MARK


@pytest.mark.fault(37, "Jinja in a topology")
def test_jinja_in_a_topology_string_is_literal_in_the_unit() -> None:
    text = unit(description="{{ 7 * 7 }} {% raw %}", exec=["/bin/echo", "{{ lookup('pipe', 'id') }}"])["text"]
    assert "Description={{ 7 * 7 }} {%% raw %%}\n" in str(text)
    assert "ExecStart=\"/bin/echo\" \"{{ lookup('pipe', 'id') }}\"\n" in str(text)


@pytest.mark.fault(38, "% and $ in a unit value")
def test_percent_and_dollar_reach_the_program_as_written() -> None:
    assert 'ExecStart="/bin/echo" "50%%" "$$HOME"\n' in str(unit(exec=["/bin/echo", "50%", "$HOME"])["text"])


def test_placeholders_bring_paths_of_the_generation() -> None:
    made = unit(
        exec=["/opt/app/{release_id}/bin", "{config}", "{credentials_directory}/api-key"],
        config=CONFIG,
        release={"app": "app", "id": "1.2"},
        credentials={"api-key": REF},
    )
    mark = on_the_host.GENERATION_MARK
    assert f'"/opt/app/1.2/bin" "{mark}/files/worker.service/config.json" "%d/api-key"' in str(made["text"])
    assert f"LoadCredentialEncrypted=api-key:{mark}/credentials/worker.service/api-key\n" in str(made["dropin"])
    assert json.loads(made["files"]["config.json"]) == CONFIG["content"]  # type: ignore[index]
    assert made["credentials"] == {"api-key": REF + "@3"}
    assert made["release"] == "/opt/app/releases/1.2"


def config_check(made: dict[str, object], generation: Path) -> subprocess.CompletedProcess[str]:
    """Run what stands in ExecStartPre on the files of the unit as they are in ``generation``."""
    line = next(line for line in str(made["text"]).splitlines() if line.startswith("ExecStartPre="))
    command = line.removeprefix("ExecStartPre=+").replace(on_the_host.GENERATION_MARK, str(generation))
    return subprocess.run(command.split(" "), cwd="/", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("damaged", ["config.json", "config.json.sha256"])
def test_a_unit_starts_only_with_the_config_that_was_checked(tmp_path: Path, damaged: str) -> None:
    made = unit(config=CONFIG)
    folder = tmp_path / "files" / "worker.service"
    folder.mkdir(parents=True)
    for name, text in made["files"].items():  # type: ignore[attr-defined]
        (folder / name).write_text(text, encoding="utf-8")
    assert (config_check(made, tmp_path).returncode, config_check(made, tmp_path).stdout) == (0, "")
    (folder / damaged).write_text("{}")
    assert config_check(made, tmp_path).returncode != 0
    (folder / damaged).unlink()
    assert config_check(made, tmp_path).returncode != 0


def test_a_changed_config_is_named(tmp_path: Path) -> None:
    made = unit(config=CONFIG)
    folder = tmp_path / "files" / "worker.service"
    folder.mkdir(parents=True)
    for name, text in made["files"].items():  # type: ignore[attr-defined]
        (folder / name).write_text(text + " ", encoding="utf-8")
    (folder / "config.json.sha256").write_text(made["files"]["config.json.sha256"])  # type: ignore[index]
    assert config_check(made, tmp_path).stdout == "config.json: FAILED\n"


def test_a_unit_without_a_config_checks_none() -> None:
    made = unit()
    assert made["files"] == {}
    assert "ExecStartPre" not in str(made["text"])


def test_no_template_is_told_what_stands_in_a_config() -> None:
    sources = {"service.j2": "", "dropin.j2": ""}
    for name, text in sources.items():
        for unknown in ("config", "content", "queue"):
            asking = UnitTemplates({**sources, name: f"{text}{{{{ {unknown} }}}}"})
            with pytest.raises(InfraError, match=f"'{unknown}' is undefined"):
                generation_document(document(config=CONFIG), asking, {})


def test_a_config_reaches_the_host_as_the_topology_says_it_byte_for_byte() -> None:
    text = json.dumps(CONFIG["content"], indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert unit(config=CONFIG)["files"]["config.json"] == text  # type: ignore[index]


def test_a_consumer_is_given_exactly_the_refs_it_names_under_the_names_it_gave_them() -> None:
    given = document(credentials={"api-key": REF, "other": "bao://secret/runtime/other#key@7"})
    pinned = {REF: f"{REF}@3", "bao://secret/runtime/other#key@7": "bao://secret/runtime/other#key@7"}
    made = generation_document(given, templates(), pinned)["units"]["worker.service"]
    assert refs(given) == sorted(pinned)
    assert made["credentials"] == {"api-key": f"{REF}@3", "other": "bao://secret/runtime/other#key@7"}


def test_a_placeholder_without_a_meaning_is_refused() -> None:
    with pytest.raises(InfraError, match=r"services.worker.exec: \{config\} has no meaning here"):
        unit(exec=["/bin/true", "{config}"])


def test_refs_are_listed_once() -> None:
    assert refs(document(credentials={"a": REF, "b": REF})) == [REF]


def test_a_directory_is_made_for_the_user_and_stays_writable() -> None:
    generation = generation_document(document(directories={"/var/lib/worker": {"mode": "0700"}}), templates(), {})
    assert generation["tmpfiles"] == "d /var/lib/worker 0700 worker worker -\n"
    assert "ReadWritePaths=/var/lib/worker\n" in generation["units"]["worker.service"]["dropin"]


def test_a_broken_user_template_is_named() -> None:
    with pytest.raises(InfraError, match="unit templates"):
        UnitTemplates({"service.j2": "{% for %}", "dropin.j2": ""})


def test_a_template_that_asks_for_the_unknown_is_named() -> None:
    with pytest.raises(InfraError, match=r"service\.j2: 'colour' is undefined"):
        UnitTemplates({"service.j2": "{{ colour }}", "dropin.j2": ""}).service(name="x")


def test_the_same_document_makes_the_same_generation_id() -> None:
    made = [on_the_host.Generation.parse(generation_document(document(), templates(), {})).id for _ in range(2)]
    assert made[0] == made[1]


def test_a_rotated_secret_makes_another_generation() -> None:
    ids = {
        on_the_host.Generation.parse(
            generation_document(document(credentials={"key": REF}), templates(), {REF: f"{REF}@{version}"})
        ).id
        for version in (1, 2)
    }
    assert len(ids) == 2
