# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units a run touches."""

from __future__ import annotations

from ansible_collections.fractalops.infra.plugins.module_utils.host.plan import describe, unit_changes
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import UnitChanges

from .test_store import a_generation, a_unit


def test_a_new_host_gets_every_unit() -> None:
    assert unit_changes(None, a_generation(), set()) == UnitChanges(added=["x.service"])


def test_the_same_generation_with_every_unit_up_changes_nothing() -> None:
    assert not unit_changes(a_generation(), a_generation(), {"x.service"})


def test_a_unit_that_is_down_is_started_again() -> None:
    assert unit_changes(a_generation(), a_generation(), set()) == UnitChanges(changed=["x.service"])


def test_only_the_unit_that_differs_is_restarted() -> None:
    old = a_generation(x=a_unit(), y=a_unit())
    new = a_generation(x=a_unit(), y=a_unit(files={"config.json": "[]"}))
    assert unit_changes(old, new, {"x.service", "y.service"}) == UnitChanges(changed=["y.service"])


def test_a_new_version_of_a_credential_restarts_its_unit() -> None:
    old, new = (a_generation(x=a_unit(credentials={"key": f"bao://secret/a#b@{version}"})) for version in (1, 2))
    assert unit_changes(old, new, {"x.service"}) == UnitChanges(changed=["x.service"])


def test_a_health_check_alone_restarts_nothing() -> None:
    health = {"url": "http://127.0.0.1:1/", "status": 200, "within_seconds": 1}
    assert not unit_changes(a_generation(), a_generation(x=a_unit(health=health)), {"x.service"})


def test_a_unit_that_left_the_topology_is_removed() -> None:
    assert unit_changes(a_generation(x=a_unit(), y=a_unit()), a_generation(), {"x.service"}) == UnitChanges(
        removed=["y.service"]
    )


def test_a_unit_that_should_be_stopped_is_stopped() -> None:
    stopped = a_generation(x=a_unit(state="stopped"))
    assert unit_changes(stopped, stopped, {"x.service"}) == UnitChanges(changed=["x.service"])
    assert not unit_changes(stopped, stopped, set())


def test_a_diff_shows_refs_and_files() -> None:
    text = describe(a_generation(x=a_unit(credentials={"key": "bao://secret/a#b@1"})), "x.service")
    assert "# credential key = bao://secret/a#b@1\n" in text
    assert "# file config.json\n{}\n" in text
