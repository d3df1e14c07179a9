# SPDX-License-Identifier: GPL-3.0-or-later
"""No change of a generation is missing from what a plan shows."""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import Plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan_diff import unit_diff
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import UnitChanges
from hypothesis import assume, given
from hypothesis import strategies as st

from ..samples import a_generation, a_unit

TEXTS = st.sampled_from(["a\n", "b\n"])
UNITS = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "dropin": st.sampled_from(["", "c\n"]),
        "files": st.dictionaries(st.sampled_from(["x.json", "y.json"]), TEXTS),
        "credentials": st.dictionaries(st.just("key"), st.sampled_from(["bao://s/a#b@1", "bao://s/a#b@2"])),
        "properties": st.dictionaries(st.just("Nice"), st.sampled_from(["1", "2"])),
        "state": st.sampled_from(["running", "stopped", "on-demand"]),
        "release": st.sampled_from([None, "/opt/a/releases/1"]),
        "health": st.sampled_from([None, {"url": "http://127.0.0.1:1/", "status": 200, "within_seconds": 1}]),
        "wanted_by": st.sampled_from([None, [], ["timers.target"]]),
        "depends_on": st.sampled_from([[], ["y.service"]]),
        "reloads": st.booleans(),
    }
)
DROP_INS = st.fixed_dictionaries({"text": TEXTS, "properties": st.just({}), "restart": st.booleans()})
DOCUMENTS = st.fixed_dictionaries(
    {
        "activation": st.fixed_dictionaries({"window_seconds": st.sampled_from([30, 60]), "soak_seconds": st.just(1)}),
        "units": st.dictionaries(st.sampled_from(["x.service", "y.service"]), UNITS),
        "drop_ins": st.dictionaries(st.just("ssh.service"), DROP_INS),
        "masks": st.sampled_from([[], ["a.timer"], ["a.timer", "b.timer"]]),
        "users": st.just([]),
        "sysusers": st.sampled_from(["", "u a\n"]),
        "tmpfiles": st.sampled_from(["", "d /a\n"]),
    }
)


@given(DOCUMENTS, DOCUMENTS)
def test_two_generations_that_differ_have_a_diff(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = Generation.parse(before), Generation.parse(after)
    assume(old.id != new.id)
    assert Plan(old, new, UnitChanges(), []).diffs()


@given(DOCUMENTS)
def test_a_generation_has_no_diff_to_itself(document: dict[str, Any]) -> None:
    same = Generation.parse(document)
    assert Plan(same, same, UnitChanges(), []).diffs() == []


def test_a_unit_that_is_not_restarted_is_shown_and_counted() -> None:
    old, new = a_generation(x=a_unit(state="on-demand")), a_generation(x=a_unit(state="on-demand", text="new\n"))
    told = Plan(old, new, UnitChanges(), []).result()
    assert told["units"]["rewritten"] == ["x.service"]
    assert [one["after_header"] for one in told["diff"]] == [f"x.service (generation {new.id})"]


def test_a_unit_that_is_restarted_is_not_counted_twice() -> None:
    old, new = a_generation(), a_generation(x=a_unit(text="new\n"))
    assert Plan(old, new, UnitChanges(changed=["x.service"]), []).rewritten == []


def test_what_only_another_version_of_ours_made_differ_is_shown_as_data() -> None:
    old, new = a_generation(x=a_unit(properties={})), a_generation(x=a_unit(properties={"Nice": "5"}))
    shown = unit_diff("x.service", old, new)
    assert ('properties {"Nice": "5"}\n' in shown["after"], "properties {}\n" in shown["before"]) == (True, True)
