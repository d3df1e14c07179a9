# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves a playbook nothing to do is refused, with what was asked for and what there is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from ansible.playbook.block import Block
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible_collections.fractalops.infra.plugins.plugin_utils.targets import (
    Estate,
    NothingToDoError,
    Selection,
    check_targets,
)

SITE = {"hosts": "kind_lxc", "kubernetes": "kind_cluster"}
GROUPS = {
    "all": ["web-1", "web-2", "lab", "control_plane"],
    "kind_lxc": ["web-1", "web-2"],
    "kind_cluster": ["lab"],
    "kind_control_plane": ["control_plane"],
}
WHOLE = frozenset(GROUPS["all"])


def refusal(stages: dict[str, str], selection: Selection, estate: Estate) -> str:
    """Why it is refused, or nothing."""
    try:
        check_targets(stages, selection, estate)
    except NothingToDoError as error:
        return str(error)
    return ""


def limited(*hosts: str) -> Estate:
    """The estate when the limit leaves these hosts."""
    return Estate(GROUPS, frozenset(hosts))


@pytest.mark.parametrize(
    ("selection", "estate"),
    [
        (Selection(), limited(*WHOLE)),
        (Selection(limit="web-1"), limited("web-1")),
        (Selection(limit="lab"), limited("lab")),
        (Selection(tags=("hosts",)), limited("web-2", "lab")),
        (Selection(tags=("tagged",)), limited(*WHOLE)),
        (Selection(skip_tags=("hosts",)), limited(*WHOLE)),
        (Selection(skip_tags=("whatever",)), limited(*WHOLE)),
    ],
)
def test_what_leaves_a_host_for_a_stage_passes(selection: Selection, estate: Estate) -> None:
    assert refusal(SITE, selection, estate) == ""


def test_a_playbook_that_does_everything_whatever_the_tags_takes_any_tag() -> None:
    assert refusal({"always": "kind_lxc"}, Selection(tags=("hosts",)), limited("web-1")) == ""
    assert "--skip-tags always: leaves nothing" in refusal(
        {"always": "kind_lxc"}, Selection(skip_tags=("always",)), limited("web-1")
    )


def test_a_host_by_its_name_is_a_pattern() -> None:
    assert refusal({"always": "web-2"}, Selection(limit="web-2"), limited("web-2")) == ""
    assert "leaves none of the hosts this playbook works on, and nothing was done; those are web-2; name" in refusal(
        {"always": "web-2"}, Selection(limit="web-1"), limited("web-1")
    )


@pytest.mark.parametrize("groups", [{}, {"all": ["a"], "kind_of": ["a"]}, {"kind_lxc": []}])
def test_without_a_topology_the_sources_are_named(groups: dict[str, list[str]], tmp_path: Path) -> None:
    there, absent = str(tmp_path), str(tmp_path / "absent")
    said = refusal(SITE, Selection(sources=(there, absent, "a,b")), Estate(groups, frozenset({"a"})))
    assert said.startswith(f"-i {there}, {absent} (does not exist), a,b: no topology was loaded, and nothing was done;")
    assert "-i is missing: no topology" in refusal(SITE, Selection(), Estate(groups, frozenset()))


@pytest.mark.parametrize(
    ("stages", "tags", "words"),
    [
        (SITE, ("all",), "topology: it has no kind_lxc and no kind_cluster, so this playbook has no host to work on"),
        (SITE, ("hosts",), "topology: it has no kind_lxc, so"),
        ({"always": "kind_lxc:kind_cluster"}, ("all",), "topology: it has no kind_lxc or kind_cluster, so"),
        ({"always": "web-9"}, ("all",), "topology: it has no web-9, so"),
    ],
)
def test_a_topology_without_a_host_for_the_playbook_is_refused(
    stages: dict[str, str], tags: tuple[str, ...], words: str
) -> None:
    estate = Estate({"all": ["control_plane"], "kind_control_plane": ["control_plane"]}, frozenset({"control_plane"}))
    assert refusal(stages, Selection(tags=tags), estate).startswith(words)


def test_a_limit_that_leaves_nobody_is_refused_with_who_there_is() -> None:
    assert refusal(SITE, Selection(limit="control_plane"), limited("control_plane")) == (
        "--limit control_plane: leaves none of the hosts this playbook works on, and nothing was done; those are"
        " kind_lxc (web-1, web-2) and kind_cluster (lab); name some of these"
    )
    assert refusal(SITE, Selection(limit="web-1", tags=("kubernetes",)), limited("web-1")).endswith(
        "those are kind_cluster (lab); name some of these"
    )
    assert refusal({"graph": "control_plane"}, Selection(limit="web-1"), limited("web-1")).endswith(
        "those are control_plane; leave --limit out, or add control_plane to it"
    )


def test_of_many_hosts_a_few_are_named() -> None:
    names = [f"web-{number}" for number in range(1, 9)]
    estate = Estate({"all": [*names, "lab"], "kind_lxc": names, "kind_cluster": ["lab"]}, frozenset({"lab"}))
    said = refusal({"hosts": "kind_lxc"}, Selection(limit="lab"), estate)
    assert "kind_lxc (web-1, web-2, web-3, web-4, web-5 and 3 more)" in said


@pytest.mark.parametrize(
    ("stages", "selection", "words"),
    [
        (SITE, Selection(tags=("host",)), "--tags host: this playbook has no such tag, and nothing was done; there is"),
        (SITE, Selection(tags=("hosts", "kubernets")), "--tags kubernets: this playbook has no such tag"),
        (SITE, Selection(skip_tags=("hosts", "kubernetes")), "--skip-tags hosts,kubernetes: leaves nothing of this"),
        (SITE, Selection(tags=("hosts",), skip_tags=("hosts",)), "--tags hosts --skip-tags hosts: leaves nothing"),
        (SITE, Selection(tags=("untagged",)), "--tags untagged: leaves nothing of this playbook"),
        (SITE, Selection(tags=("never",)), "--tags never: leaves nothing of this playbook"),
        (SITE, Selection(tags=("always",)), "--tags always: leaves nothing of this playbook"),
    ],
)
def test_tags_that_leave_no_stage_are_refused(stages: dict[str, str], selection: Selection, words: str) -> None:
    said = refusal(stages, selection, limited(*WHOLE))
    assert said.startswith(words)
    assert said.endswith("there is hosts, kubernetes")


def test_a_start_in_the_middle_is_refused() -> None:
    assert "--start-at-task Ask the host: leaves out what must hold" in refusal(
        SITE, Selection(start_at_task="Ask the host"), limited(*WHOLE)
    )


TAGS = ("all", "always", "never", "tagged", "untagged", "hosts", "other")


@pytest.mark.parametrize("tag", ["hosts", "always", "never"])
def test_a_tag_is_chosen_when_ansible_runs_a_task_that_has_it(tag: str) -> None:
    task = Task.load({"ansible.builtin.debug": {"msg": ""}, "tags": [tag]}, block=Block(play=Play()))
    for tags, skipped in itertools.product(TAGS, [(), *((one,) for one in TAGS)]):
        assert Selection(tags=(tags,), skip_tags=skipped).includes(tag) is task.evaluate_tags({tags}, {*skipped}, {})
