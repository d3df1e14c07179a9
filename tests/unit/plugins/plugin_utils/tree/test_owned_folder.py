# SPDX-License-Identifier: GPL-3.0-or-later
"""What an owned folder writes, prunes, keeps and refuses."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import OwnedFolder, RefusedTreeError, WorkTree

FILES = {"kustomization.yaml": "resources: []\n", "values/api.yaml": "a: 1\n", "values/web.yaml": "w: 1\n"}


def bring(folder, files, *, check=False, state=State.PRESENT):
    return reconcile(folder, files, state, check=check)


def contents(path: Path) -> dict[str, str]:
    return {str(file.relative_to(path)): file.read_text() for file in path.rglob("*") if file.is_file()}


def identity(path: Path) -> tuple[int, int]:
    return path.stat().st_ino, path.stat().st_mtime_ns


def refusals(folder, files=None) -> tuple[str, ...]:
    with pytest.raises(RefusedTreeError) as refused:
        bring(folder, FILES if files is None else files)
    return refused.value.reasons


def overlay(root: Path) -> Path:
    return root / "clusters" / "lab" / "overlay"


def test_check_create_idempotent_update_prune_delete(root, folder):
    assert bring(folder, FILES, check=True)["counts"]["created"] == 3
    assert sorted(os.listdir(root)) == [".git"]
    assert os.listdir(root / ".git") == ["HEAD"]
    assert bring(folder, FILES)["changed"]
    manifest = contents(overlay(root)).pop(".fractalops.json")
    assert contents(overlay(root)) == {**FILES, ".fractalops.json": manifest}
    assert json.loads(manifest)["files"].keys() == FILES.keys()
    assert not bring(folder, FILES)["changed"]
    changed = {"kustomization.yaml": "resources: [x]\n", "values/api.yaml": "a: 1\n", "new.yaml": "n\n"}
    assert bring(folder, changed)["counts"] == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 1}
    assert contents(overlay(root)).keys() == {*changed, ".fractalops.json"}
    assert bring(folder, changed, state=State.ABSENT)["counts"]["deleted"] == 3
    assert not overlay(root).exists()
    assert not bring(folder, changed, state=State.ABSENT)["changed"]


def test_a_tree_in_order_is_not_touched_and_a_change_leaves_other_files_as_they_are(root, folder):
    bring(folder, FILES)
    before = {path: identity(path) for path in [root, overlay(root), *overlay(root).rglob("*")]}
    bring(folder, FILES)
    assert {path: identity(path) for path in before} == before
    bring(folder, {**FILES, "values/web.yaml": "w: 2\n"})
    for kept in ("kustomization.yaml", "values/api.yaml"):
        assert identity(overlay(root) / kept) == before[overlay(root) / kept]
        assert (overlay(root) / kept).stat().st_nlink == 1


def test_what_stands_beside_the_folder_is_never_opened(root, folder):
    bring(folder, FILES)
    beside = root / "clusters" / "lab"
    (beside / "flux-system").mkdir(mode=0o755)
    (beside / "flux-system" / "gotk.yaml").symlink_to("/nonexistent")
    os.mkfifo(beside / "flux-system" / "pipe")
    (beside / "README.md").write_text("hello")
    before = identity(beside / "flux-system"), identity(beside / "README.md")
    bring(folder, {"kustomization.yaml": "x\n"})
    assert (identity(beside / "flux-system"), identity(beside / "README.md")) == before
    assert sorted(os.listdir(beside / "flux-system")) == ["gotk.yaml", "pipe"]


def bootstrap(root: Path) -> Path:
    """What cannot be read, so that whoever tries fails."""
    folder = overlay(root) / "flux-system"
    folder.mkdir(parents=True)
    (folder / "gotk.yaml").symlink_to("/nonexistent")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize("is_there_first", (True, False))
def test_a_bootstrap_inside_the_folder_stays_as_it_is_and_is_not_read(root, folder, is_there_first):
    if not is_there_first:
        bring(folder, FILES)
    flux = bootstrap(root)
    before = identity(flux)
    bring(folder, FILES)
    changed = {"kustomization.yaml": "resources: [x]\n", "values/api.yaml": "a: 1\n", "new.yaml": "n\n"}
    assert bring(folder, changed)["changed"]
    assert not bring(folder, changed)["changed"]
    flux_files = {"flux-system/gotk.yaml", "flux-system/pipe"}
    found = {str(path.relative_to(overlay(root))) for path in overlay(root).rglob("*") if not path.is_dir()}
    assert found == {*changed, ".fractalops.json", *flux_files}
    assert "coming" not in json.loads((overlay(root) / ".fractalops.json").read_text())
    assert bring(folder, changed, state=State.ABSENT)["counts"]["deleted"] == 3
    assert (identity(flux), sorted(os.listdir(flux))) == (before, ["gotk.yaml", "pipe"])
    assert os.listdir(overlay(root)) == ["flux-system"]


def test_what_is_to_be_skipped_is_skipped_at_the_top_only(root, folder):
    bring(folder, {"values/flux-system/api.yaml": "a: 1\n"})
    (overlay(root) / "values" / "flux-system" / "mine.yaml").write_text("x")
    assert "values/flux-system/mine.yaml: is not ours" in refusals(folder)[0]


def test_every_reason_is_given_at_once_and_nothing_is_changed(root, folder):
    bring(folder, FILES)
    (overlay(root) / "values" / "api.yaml").write_text("a: 1 # by hand\n")
    (overlay(root) / "mine.yaml").write_text("x")
    (overlay(root) / "link.yaml").symlink_to("mine.yaml")
    (root / ".git" / "index.lock").touch()
    (root / ".git" / "MERGE_HEAD").touch()
    (root / ".git" / "HEAD").write_text("0" * 40)
    before = contents(overlay(root))
    text = "\n".join(refusals(folder, {"kustomization.yaml": "new\n"}))
    for word in ("edited since", "mine.yaml: is not ours", "link.yaml: is a symbolic link", "index.lock", "a merge"):
        assert word in text
    assert "detached" in text
    assert contents(overlay(root)) == before


@pytest.mark.parametrize("name", ("rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG"))
def test_a_git_operation_in_progress_is_waited_for_by_a_human(root, folder, name):
    (root / ".git" / name).mkdir()
    assert name in refusals(folder)[0]


def test_comments_order_and_layout_are_no_drift(root, folder):
    wanted = {"values.yaml": "a: 1\nb: [x, y]\n", "other.yaml": "c: 1\n"}
    bring(folder, wanted)
    by_hand = "# why\nb:\n  - x\n  - y # last\na: 1\n"
    (overlay(root) / "values.yaml").write_text(by_hand)
    assert bring(folder, wanted)["changed"] is False
    assert bring(folder, {**wanted, "other.yaml": "c: 2\n"})["counts"]["updated"] == 1
    assert (overlay(root) / "values.yaml").read_text() == by_hand
    assert "values.yaml: edited since" in "\n".join(refusals(folder, {"values.yaml": "a: 2\n"}))


def test_a_deleted_file_of_ours_is_written_again(root, folder):
    bring(folder, FILES)
    (overlay(root) / "values" / "api.yaml").unlink()
    assert bring(folder, FILES)["counts"] == {"created": 1, "updated": 0, "deleted": 0, "unchanged": 2}


@pytest.mark.parametrize("depth", range(3))
def test_a_link_on_the_way_is_never_written_through(root, folder, tmp_path, depth):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = root.joinpath(*["clusters", "lab", "overlay"][: depth + 1])
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    assert "symbolic link" in refusals(folder)[0]
    assert os.listdir(elsewhere) == []


@pytest.mark.parametrize("depth", range(3))
def test_a_file_in_the_way_of_a_folder_is_kept(root, folder, depth):
    file = root.joinpath(*["clusters", "lab", "overlay"][: depth + 1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("not ours")
    assert "in the way" in refusals(folder)[0]
    assert file.read_text() == "not ours"


def test_a_link_planted_in_the_git_directory_is_not_followed(root, folder, tmp_path):
    (root / ".git" / "fractalops").symlink_to(tmp_path)
    before = sorted(os.listdir(tmp_path))
    assert "symbolic link" in refusals(folder)[0]
    assert sorted(os.listdir(tmp_path)) == before


def test_a_folder_that_was_there_before_us_is_not_taken_over(root, folder):
    overlay(root).mkdir(parents=True)
    (overlay(root) / "kustomization.yaml").write_text("theirs")
    assert "is not ours" in refusals(folder)[0]


def test_a_folder_written_for_another_owner_is_refused(root, folder):
    bring(folder, FILES)
    other = OwnedFolder(folder.work_tree, folder.folder, "prod")
    assert "written for 'lab', not for 'prod'" in refusals(other)[0]


@pytest.mark.parametrize("text", ("<<<<<<< HEAD", "[]", '{"schema_version": 2}', '{"files": 1, "owner": 2}', "\xff"))
def test_a_manifest_that_is_none_is_refused(root, folder, text):
    bring(folder, FILES)
    (overlay(root) / ".fractalops.json").write_bytes(text.encode("latin-1"))
    assert "not an ownership manifest" in refusals(folder)[0]


@pytest.mark.parametrize(
    "path", ("../x", "/etc/x", "a/../../x", ".git/config", "a//b", "", "a\0b", "flux-system/a", ".fractalops.json")
)
def test_a_path_that_leaves_the_folder_is_refused(root, folder, path):
    refusals(folder, {path: "x"})
    assert sorted(os.listdir(root)) == [".git"]


@pytest.mark.parametrize("path", ("..", "/abs", "clusters/flux-system", ".git/hooks", "a/./b"))
def test_a_folder_that_is_not_ours_to_have_is_refused(root, path):
    with pytest.raises(RefusedTreeError):
        OwnedFolder(WorkTree.at(str(root)), path, "lab", skip=("flux-system",))


def test_a_nested_repository_is_not_written_into(root, folder):
    (root / "clusters" / "lab").mkdir(parents=True)
    (root / "clusters" / "lab" / ".git").write_text("gitdir: ../../.git/modules/lab")
    assert "submodule" in refusals(folder)[0]


def test_a_plan_made_before_somebody_wrote_is_not_applied(root, folder):
    bring(folder, FILES)
    plan = folder.plan({**FILES, "values/web.yaml": "w: 2\n"}, State.PRESENT)
    bring(folder, {**FILES, "values/web.yaml": "w: 3\n"})
    with pytest.raises(RefusedTreeError, match="changed since it was planned"):
        folder.apply(plan)
    assert (overlay(root) / "values" / "web.yaml").read_text() == "w: 3\n"


def test_a_second_run_at_the_same_time_is_refused(root, folder):
    bring(folder, FILES)
    (lock,) = (root / ".git" / "fractalops").glob("*.lock")
    with open(lock, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "another run" in refusals(folder, {"kustomization.yaml": "x\n"})[0]


def test_a_full_disk_or_another_failure_while_staging_leaves_the_tree_as_it_was(root, folder):
    bring(folder, FILES)
    before = contents(overlay(root))
    with pytest.raises(OSError, match="File name too long"):
        bring(folder, {**FILES, "x" * 300: "y"})
    assert contents(overlay(root)) == before
    assert not bring(folder, FILES)["changed"]


@pytest.mark.parametrize("path", ("relative", "/tmp/../tmp", "/nonexistent"))
def test_only_the_top_of_a_work_tree_is_accepted(path):
    with pytest.raises(RefusedTreeError):
        WorkTree.at(path)


def test_a_linked_work_tree_is_accepted(root, tmp_path):
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".git").write_text("gitdir: ../fleet/.git\n")
    bring(OwnedFolder(WorkTree.at(str(linked)), "lab/overlay", "lab"), FILES)
    assert contents(linked / "lab" / "overlay").keys() == {*FILES, ".fractalops.json"}


def test_a_link_to_a_work_tree_and_a_folder_inside_one_are_refused(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    (root / "inside").mkdir()
    for path in (tmp_path / "link", root / "inside"):
        with pytest.raises(RefusedTreeError):
            WorkTree.at(str(path))
