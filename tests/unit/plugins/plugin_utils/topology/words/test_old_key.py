# SPDX-License-Identifier: GPL-3.0-or-later
"""Every old key is an error that names the path that took its place, and that path exists."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.words.successors import successors

from ..annotated import violations
from ..base import ASSETS, HEAD, VALID, written

OLD = successors()
SERVICE_FIELDS = OLD.fields["Service"]
#: What stands in the small topology: an old key beside its successor says so instead.
GIVEN = {("runtime_assets",), ("nodes",), ("openbao",), ("openbao", "address"), ("profile",)}
#: The names that stood in environments for longest, and where what they said stands now.
WELL_KNOWN = {
    "VAULT_ADDR": ("openbao", "address"),
    "BAO_ADDR": ("openbao", "address"),
    "DATABASE_URL": ("runtime_dependencies", "postgres"),
    "OIDC_ISSUER": ("identity_plane", "issuer"),
    "CLOUDFLARE_ZONE_ID": ("edge", "cloudflare", "zone_id"),
    "TECHNITIUM_TOKEN": ("internal_dns", "token"),
    "SSOT_PROFILE": ("profile",),
}
SERVICE = """\
    services:
      api: {user: api, exec: ["/bin/true"], hardening: strict, KEY: x}
"""


def told(folder: Path, text: str) -> list[str]:
    """Violations of ``text``, without their places."""
    return [one.partition(" ")[2] for one in violations(written(folder, text))]


def words(path: tuple[str, ...]) -> str:
    """How the violation goes on after the key."""
    return f"is an old key beside {dotted(path)}: " if path in GIVEN else f"is an old key; write {dotted(path)}"


def dotted(path: tuple[str, ...]) -> str:
    return "".join(f'["{step}"]' if "<" in step else f".{step}" for step in path).removeprefix(".")


@pytest.mark.parametrize("prefix", ["", "FRACTALOPS_"])
def test_each_name_of_an_environment_is_refused_and_led_to_its_field(tmp_path: Path, prefix: str) -> None:
    text = VALID + "".join(f"{prefix}{name}: x\n" for name in OLD.environment)
    found = {one.partition(": ")[0]: one for one in told(tmp_path, text)}
    assert found.keys() == {f"{prefix}{name}" for name in OLD.environment}
    for name, path in OLD.environment.items():
        assert found[f"{prefix}{name}"].startswith(f"{prefix}{name}: {words(path)}")


def test_well_known_names_lead_where_people_look_for_them() -> None:
    assert WELL_KNOWN.items() <= OLD.environment.items()


@pytest.mark.parametrize("key", OLD.sections)
def test_each_section_of_another_name_is_refused_and_led_to_the_one_of_today(tmp_path: Path, key: str) -> None:
    (violation,) = told(tmp_path, f"{VALID}{key}: {{}}\n")
    assert violation.startswith(f"{key}: {words(OLD.sections[key])}")


@pytest.mark.parametrize("key", SERVICE_FIELDS)
def test_each_directive_of_a_service_is_refused_and_led_to_its_field(tmp_path: Path, key: str) -> None:
    (violation,) = told(tmp_path, VALID + SERVICE.replace("KEY", key))
    here = "runtime_assets.web.services.api"
    is_given = SERVICE_FIELDS[key] == "exec"
    what = f"is an old key beside {here}.exec: " if is_given else f"is an old key; write {here}.{SERVICE_FIELDS[key]}"
    assert violation.startswith(f"{here}.{key}: {what}")


@pytest.mark.parametrize("key", OLD.selectors)
def test_each_selector_outside_a_binding_is_refused_and_led_into_it(tmp_path: Path, key: str) -> None:
    (violation,) = told(tmp_path, HEAD + ASSETS + f"    {key}: x\n")
    path = f"runtime_assets.web.binding.{OLD.selectors[key]}"
    is_given = OLD.selectors[key] in {"container_id", "node", "address"}
    what = f"is an old key beside {path}: " if is_given else f"is an old key; write {path}"
    assert violation.startswith(f"runtime_assets.web.{key}: {what}")
