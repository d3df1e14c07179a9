# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units a run touches."""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import Plan, unit_changes
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan_diff import describe
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import UnitChanges

from ..samples import a_generation, a_unit


def test_a_new_host_gets_every_unit() -> None:
    assert unit_changes(None, a_generation(), set()) == UnitChanges(added=["x.service"])


def test_the_same_generation_with_every_unit_up_changes_nothing() -> None:
    assert not unit_changes(a_generation(), a_generation(), {"x.service"})


def test_a_unit_that_is_down_is_started_again() -> None:
    assert unit_changes(a_generation(), a_generation(), set()) == UnitChanges(changed=["x.service"])


def test_what_was_started_from_something_damaged_is_restarted_with_what_needs_it() -> None:
    both = a_generation(x=a_unit(), y=a_unit())
    assert unit_changes(both, both, {"x.service", "y.service"}, {"y.service"}) == UnitChanges(changed=["y.service"])


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


def with_others(**parts: Any) -> Generation:
    """A generation with settings over units of others."""
    return Generation.parse({**a_generation().document, **parts})


def test_instances_come_and_go_one_by_one() -> None:
    unit = a_unit(files={})
    old, new = (
        Generation.parse({**a_generation().document, "units": {"x@.service": {**unit, "instances": instances}}})
        for instances in (["a", "b"], ["b", "c"])
    )
    assert unit_changes(old, new, {"x@a.service", "x@b.service"}) == UnitChanges(
        added=["x@c.service"], removed=["x@a.service"]
    )


def test_a_changed_template_restarts_every_instance() -> None:
    old, new = (
        Generation.parse({**a_generation().document, "units": {"x@.service": a_unit(text=text, instances=["a", "b"])}})
        for text in ("a", "b")
    )
    running = {"x@a.service", "x@b.service"}
    assert unit_changes(old, new, running) == UnitChanges(changed=sorted(running))


def test_a_service_that_can_be_reloaded_is_when_its_config_alone_changed() -> None:
    old = a_generation(x=a_unit(reloads=True))
    config = a_generation(x=a_unit(reloads=True, files={"config.json": "[]"}))
    more = a_generation(x=a_unit(reloads=True, files={"config.json": "[]"}, text="[Service]\n"))
    assert unit_changes(old, config, {"x.service"}) == UnitChanges(reloaded=["x.service"])
    assert unit_changes(old, config, set()) == UnitChanges(changed=["x.service"])
    assert unit_changes(old, more, {"x.service"}) == UnitChanges(changed=["x.service"])


def test_what_depends_on_a_changed_unit_is_restarted_with_it() -> None:
    chain = {"y": a_unit(depends_on=["x.service"]), "z": a_unit(depends_on=["y.service"]), "w": a_unit()}
    old, new = a_generation(x=a_unit(), **chain), a_generation(x=a_unit(text="new"), **chain)
    running = set(new.live)
    assert unit_changes(old, new, running) == UnitChanges(changed=["x.service", "y.service", "z.service"])


def test_a_circle_of_dependencies_ends() -> None:
    both = {"x": a_unit(depends_on=["y.service"]), "y": a_unit(depends_on=["x.service"])}
    assert a_generation(**both).dependents(["x.service"]) == {"x.service", "y.service"}


def test_a_unit_on_demand_is_left_in_the_state_it_is_in() -> None:
    old, new = a_generation(x=a_unit(state="on-demand")), a_generation(x=a_unit(state="on-demand", text="new"))
    assert not unit_changes(old, old, set()) and not unit_changes(old, old, {"x.service"})
    assert not unit_changes(old, new, set())
    assert unit_changes(old, new, {"x.service"}) == UnitChanges(changed=["x.service"])


def test_a_socket_and_what_it_starts_are_held_back_together() -> None:
    units = {"x.socket": a_unit(), "x.service": a_unit(depends_on=["x.socket"]), "y.service": a_unit()}
    generation = Generation.parse({**a_generation().document, "units": units})
    assert generation.held(["x.socket", "x.service", "y.service"]) == ["x.socket", "x.service"]
    assert generation.held(["x.service", "y.service"]) == []


def test_a_unit_of_somebody_else_is_restarted_only_if_that_was_asked_for() -> None:
    def over(text: str, **more: Any) -> Generation:
        return with_others(drop_ins={"ssh.service": {"text": text, "properties": {}, "restart": False, **more}})

    assert unit_changes(over("a"), over("b"), {"x.service"}) == UnitChanges()
    assert unit_changes(over("a"), over("b", restart=True), {"x.service"}) == UnitChanges(refreshed=["ssh.service"])
    assert unit_changes(over("b"), over("b", restart=True), {"x.service"}) == UnitChanges()
    assert unit_changes(over("b", restart=True), a_generation(), {"x.service"}) == UnitChanges(
        refreshed=["ssh.service"]
    )


def test_a_mask_stops_what_runs_also_one_that_has_done_so_before() -> None:
    masked = with_others(masks=["a.timer", "b.timer"])
    running = {"x.service", "a.timer"}
    assert unit_changes(a_generation(), masked, running) == UnitChanges(masked=["a.timer"])
    assert unit_changes(masked, masked, running) == UnitChanges(masked=["a.timer"])
    assert unit_changes(masked, masked, {"x.service"}) == UnitChanges()


def test_a_diff_shows_refs_and_files() -> None:
    text = describe(a_generation(x=a_unit(credentials={"key": "bao://secret/a#b@1"})), "x.service")
    assert "# credential key = bao://secret/a#b@1\n" in text
    assert "# file config.json\n{}\n" in text


def test_a_plan_shows_each_unit_the_users_and_what_is_mended() -> None:
    old, new = a_generation(x=a_unit()), a_generation(x=a_unit(text="[Service]\nExecStart=/bin/new\n"))
    new.document["sysusers"] = "u new -\n"
    shown = Plan(old, new, UnitChanges(changed=["x.service"]), ["a is damaged"]).result()
    assert [(one["before_header"], one["after_header"]) for one in shown["diff"]] == [
        (f"x.service (generation {old.id})", f"x.service (generation {new.id})"),
        ("users and directories", "users and directories"),
        ("host", "host"),
    ]
    assert [(one["before"], one["after"]) for one in shown["diff"][1:]] == [("", "u new -\n"), ("a is damaged\n", "")]
    assert (shown["changed"], shown["previous"], shown["repairs"]) == (True, old.id, ["a is damaged"])


def test_a_plan_without_a_difference_shows_nothing() -> None:
    same = a_generation()
    assert Plan(same, same, UnitChanges(), []).result()["diff"] == []
    assert not Plan(same, same, UnitChanges(), [])


def test_the_first_plan_of_a_host_shows_nothing_before() -> None:
    (shown,) = Plan(None, a_generation(), UnitChanges(added=["x.service"]), []).diffs()
    assert (shown["before_header"], shown["before"]) == ("x.service (generation none)", "")
