# SPDX-License-Identifier: GPL-3.0-or-later
"""The action in real runs: check, create, idempotent, update, prune, refused cleanly; git itself is never run."""

from __future__ import annotations

import re
import stat

import pytest


def tell(fleet, playbook, *flags):
    """Whether a run succeeded, whether it changed something, and what it printed."""
    done = playbook.run(fleet, *flags)
    return done.returncode == 0, "changed=1" in done.stdout, done.stdout + done.stderr


def test_check_create_idempotent_update_prune(fleet, playbook):
    start = fleet.files()
    succeeded, changed, output = tell(fleet, playbook, "--check", "--diff")
    assert (succeeded, changed, fleet.files()) == (True, True, start), output
    assert "+++ after: values/portal.yaml" in output
    assert '+    tag: "1e3"' in output or '+  tag: "1e3"' in output

    assert tell(fleet, playbook)[:2] == (True, True)
    created = fleet.files()
    assert {path: created[path] for path in start} == start
    fleet.commit()
    assert tell(fleet, playbook)[:2] == (True, False)
    assert fleet.git("status", "--porcelain") == ""

    fleet.change(lambda data: data["runtime_assets"]["portal"]["helm"]["values"].update(replicas=3))
    assert tell(fleet, playbook, "--check")[:2] == (True, True)
    assert fleet.files() == created
    succeeded, changed, output = tell(fleet, playbook, "--diff")
    assert (succeeded, changed) == (True, True)
    assert "-replicas: 2\n+replicas: 3\n" in output
    assert fleet.git("diff", "--name-only").split() == [
        "clusters/lab/overlay/.fractalops.json",
        "clusters/lab/overlay/values/portal.yaml",
    ]

    fleet.change(lambda data: data["runtime_assets"].pop("playwrightgrid"))
    assert tell(fleet, playbook)[:2] == (True, True)
    gone = {line.split("overlay/")[1] for line in fleet.git("status", "--porcelain").splitlines() if " D " in line}
    assert gone == {
        "applications/playwrightgrid.yaml",
        "values/playwrightgrid.yaml",
        "namespaces/browsers/namespace.yaml",
    }
    assert tell(fleet, playbook)[:2] == (True, False), "what we wrote ourselves may wait for its commit"


def test_comments_and_order_in_a_tree_are_no_drift(fleet, playbook):
    assert tell(fleet, playbook)[:2] == (True, True)
    fleet.commit()
    files = sorted(fleet.overlay.rglob("*.yaml"))
    assert files
    for file in files:
        head, *keys = re.split(r"(?m)^(?=[^ #\n-])", file.read_text())
        file.write_text("# by hand\n\n" + head + "# why\n".join(reversed(keys)))
    fleet.commit()
    succeeded, changed, output = tell(fleet, playbook, "--check")
    assert (succeeded, changed) == (True, False), output
    assert tell(fleet, playbook)[:2] == (True, False)


@pytest.mark.parametrize("flags", ((), ("--check",)), ids=("apply", "check"))
@pytest.mark.parametrize(
    ("spoil", "says"),
    (
        pytest.param(lambda fleet: fleet.git("checkout", "--quiet", "--detach"), "HEAD is detached", id="detached"),
        pytest.param(lambda fleet: (fleet.tree / ".git/index.lock").touch(), "index.lock", id="locked"),
        pytest.param(
            lambda fleet: (fleet.overlay / "values/portal.yaml").write_text("replicas: 9\n"),
            "values/portal.yaml: edited since it was written",
            id="edited",
        ),
        pytest.param(
            lambda fleet: (fleet.overlay / "values/mine.yaml").write_text("a: 1\n"),
            "mine.yaml: is not ours",
            id="foreign",
        ),
    ),
)
def test_a_tree_that_is_not_in_order_is_refused_and_left_alone(fleet, playbook, spoil, says, flags):
    assert tell(fleet, playbook)[0]
    fleet.commit()
    fleet.change(lambda data: data["runtime_assets"].pop("postgres"))
    spoil(fleet)
    before = fleet.files()
    succeeded, _changed, output = tell(fleet, playbook, *flags)
    assert not succeeded
    assert says in " ".join(output.split())
    assert "Traceback" not in output
    assert fleet.files() == before


def test_a_rebase_in_progress_is_refused(fleet, playbook):
    assert tell(fleet, playbook)[0]
    fleet.commit()
    fleet.git("checkout", "--quiet", "-b", "other", "HEAD~1")
    (fleet.tree / "README.md").write_text("Theirs.\n")
    fleet.commit()
    fleet.git("checkout", "--quiet", "main")
    (fleet.tree / "README.md").write_text("Ours.\n")
    fleet.commit()
    with pytest.raises(Exception, match="rebase"):
        fleet.git("rebase", "--quiet", "other")
    before = fleet.files()
    succeeded, _changed, output = tell(fleet, playbook)
    assert not succeeded
    assert "a rebase is in progress" in " ".join(output.split())
    assert fleet.files() == before


def test_an_unusable_namespace_or_cluster_is_refused_before_anything_is_written(fleet, playbook):
    before = fleet.files()
    fleet.change(lambda data: data["runtime_assets"]["portal"]["binding"].update(namespace="kube-flannel"))
    succeeded, _changed, output = tell(fleet, playbook)
    assert not succeeded
    assert "runtime_assets.portal.binding.namespace" in output
    assert fleet.files() == before


def test_hooks_fsmonitor_and_filters_of_the_repository_never_execute(fleet, playbook, tmp_path):
    alarm = tmp_path / "alarm"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {alarm}\ncat\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    hooks = fleet.tree / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (hooks / name).unlink(missing_ok=True)
        (hooks / name).symlink_to(program)
    for setting in (
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "core.pager",
    ):
        fleet.git("config", setting, str(program))
    (fleet.tree / ".gitattributes").write_text("* filter=x diff=x\n")
    assert tell(fleet, playbook)[:2] == (True, True)
    assert tell(fleet, playbook)[:2] == (True, False)
    assert not alarm.exists()
    fleet.git("-c", "filter.x.process=", "add", "--all")
    assert alarm.exists(), "the control: git itself does run them"
