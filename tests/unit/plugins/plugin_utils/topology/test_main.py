# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, in a process where Ansible cannot be imported."""

from __future__ import annotations

import os
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema import SHIPPED

from .base import VALID, written
from .command import run, run_package


def test_a_valid_topology_is_summed_up_in_one_line(tmp_path: Path) -> None:
    file = written(tmp_path, VALID)
    done = run(file)
    summary = f"{file}: valid; profile lab, 1 assets, 1 hosts, 0 services, 0 clusters, 0 secret refs\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, summary, "")


def test_advice_is_printed_and_refuses_nothing(tmp_path: Path) -> None:
    legacy = "service_profiles: {portal: {runtime_type: lxc, legacy: true, asset: web}}"
    done = run(written(tmp_path, f'{VALID}    endpoints: {{public_url: "https://web.example"}}\n{legacy}\n'))
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nadvice: " in done.stdout


def test_violations_are_printed_with_their_place_and_the_exit_status_is_one(tmp_path: Path) -> None:
    valid = written(tmp_path, VALID)
    broken = tmp_path / "broken.yml"
    broken.write_text(VALID.replace("profile: lab", "profile: 5"))
    done = run(valid, broken)
    assert done.returncode == 1
    assert f"{broken}:2:10 profile: needs text; quote it if it looks like a number\n" in done.stdout
    assert done.stderr == f"{broken}: 1 to correct\n"


def test_the_schema_is_printed() -> None:
    done = run("schema")
    assert (done.returncode, done.stdout) == (0, SHIPPED.read_text(encoding="utf-8"))


def test_wrong_usage_has_its_own_exit_status() -> None:
    assert run().returncode == 2


def test_a_reader_that_has_seen_enough_causes_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = run_package("topology", "schema", stdout=closed)
    assert (done.returncode, done.stderr) == (1, "")
