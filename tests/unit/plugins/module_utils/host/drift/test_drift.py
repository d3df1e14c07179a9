# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a host is like, asking it where it has drifted gives findings and no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift import drift as the_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift import file_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.finding import Finding, Kind
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import ciphertext, credential, unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.status import status

from ..samples import a_generation, a_unit

REF = "bao://secret/a#b@1"
GENERATION = a_generation(x=a_unit(state="stopped"))
BREAK: dict[str, Callable[[Layout], object]] = {
    "no store": lambda layout: shutil.rmtree(layout.store),
    "a store that is a file": lambda layout: (shutil.rmtree(layout.store), layout.store.write_text("x")),
    "no generations": lambda layout: shutil.rmtree(layout.generations),
    "no pointer": lambda layout: layout.confirmed.unlink(),
    "a pointer that is a file": lambda layout: (layout.confirmed.unlink(), layout.confirmed.write_text("x")),
    "a pointer to itself": lambda layout: point(layout, "confirmed"),
    "a pointer to nothing": lambda layout: point(layout, "generations/feed"),
    "no manifest": lambda layout: manifest(layout).unlink(),
    "a manifest that is a folder": lambda layout: (manifest(layout).unlink(), manifest(layout).mkdir()),
    "an empty manifest": lambda layout: manifest(layout).write_text(""),
    "a manifest of another shape": lambda layout: manifest(layout).write_text('{"units": {"x.service": {}}}'),
    "a manifest that is a list": lambda layout: manifest(layout).write_text("[]"),
    "no units": lambda layout: shutil.rmtree(manifest(layout).parent / "units"),
    "no unit folder": lambda layout: shutil.rmtree(layout.unit_stubs),
    "a history of noise": lambda layout: layout.history.write_bytes(b"\xff\n[]\n{}\n"),
    "a transaction of noise": lambda layout: layout.run.mkdir() or (layout.run / "transaction.json").write_text("[]"),
}


def manifest(layout: Layout) -> Path:
    return layout.generation(GENERATION.id) / "manifest.json"


def point(layout: Layout, target: str) -> None:
    layout.confirmed.unlink()
    os.symlink(target, layout.confirmed)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A host in order, whose systemd answers as that of such a host does."""
    layout = Layout(tmp_path)
    (tmp_path / "run").mkdir()
    store = GenerationStore(layout)
    store.stage(GENERATION, {})
    store.confirm(GENERATION.id)
    history.record(layout, "confirmed", generation=GENERATION.id, previous=None, owner="me")
    unit_link.ensure(unit_link.stubs(layout, GENERATION))
    stub = layout.unit_stubs / "x.service"
    shown = f"ActiveState=inactive\nFragmentPath={stub}\nDropInPaths={stub}.d/zzzz-fractalops.conf\n"
    monkeypatch.setattr(systemd, "call", lambda command, **_options: answer(command, shown))
    owner = file_drift.described(tmp_path).split()[-1]  # tests need not be root
    monkeypatch.setattr(file_drift, "OWNER", owner)
    return layout


def answer(command: Any, shown: str) -> subprocess.CompletedProcess[bytes]:
    """What systemctl prints."""
    return subprocess.CompletedProcess(command, 0, shown.encode() if "show" in command else b"", b"")


def test_a_host_in_order_has_no_drift(layout: Layout) -> None:
    assert the_drift.drift(layout) == the_drift.Drift([], [])


def test_a_host_in_order_says_where_it_is(layout: Layout) -> None:
    told = status(layout)
    assert (told["confirmed"], told["running"], told["previous"]) == (GENERATION.id, GENERATION.id, None)
    assert [(one["id"], one["problem"]) for one in told["generations"]] == [(GENERATION.id, None)]
    assert told["history"][0]["owner"] == "me"


@pytest.mark.parametrize("damage", [name for name in BREAK if name != "a history of noise"])
def test_a_broken_host_has_findings(layout: Layout, damage: str) -> None:
    BREAK[damage](layout)
    assert json.dumps([one.data() for one in the_drift.drift(layout).findings]) != "[]"


@pytest.mark.parametrize("damage", BREAK)
def test_a_broken_host_says_where_it_is_as_far_as_it_knows(layout: Layout, damage: str) -> None:
    BREAK[damage](layout)
    assert json.loads(json.dumps(status(layout)))["transaction"] is None


def test_a_host_without_systemd_says_so(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = systemd.HostError("systemctl", "is not on this host", "install the systemd package")
    monkeypatch.setattr(systemd, "call", lambda *_command, **_options: (_ for _ in ()).throw(gone))
    assert set(the_drift.drift(layout).findings) == {
        Finding(Kind.UNREADABLE, "systemctl", "readable", "is not on this host", "install the systemd package")
    }


def test_a_comment_in_a_stored_unit_is_no_drift_and_a_directive_is(layout: Layout) -> None:
    unit = layout.generation(GENERATION.id) / "units/x.service"
    unit.write_text("# by hand\n\n" + unit.read_text())
    assert the_drift.drift(layout).findings == []
    unit.write_text(unit.read_text() + "Nice=5\n")
    assert the_drift.drift(layout).findings == [Finding(Kind.UNIT_FILE, f"{unit} Service.Nice", None, "5")]


HELD = a_generation(x=a_unit(credentials={"key": REF}))


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A host with one credential, stored and loaded; its systemd-creds opens what does not begin with noise."""
    layout = Layout(tmp_path)
    for path in (stored(layout), given(layout)):
        path.parent.mkdir(parents=True)
        path.write_text("value")
    digests = layout.generation(HELD.id) / ciphertext.DIGESTS
    digests.write_bytes(ciphertext.serialised({"credentials/x.service/key": b"value"}))

    def call(command: list[str], **_options: Any) -> subprocess.CompletedProcess[bytes]:
        content = Path(command[-2]).read_bytes()
        return subprocess.CompletedProcess(command, content.startswith(b"noise"), content, b"")

    monkeypatch.setattr(credential, "call", call)
    return layout


def stored(layout: Layout) -> Path:
    return layout.generation(HELD.id) / "credentials/x.service/key"


def given(layout: Layout) -> Path:
    return layout.loaded_credentials / "x.service/key"


def test_a_credential_that_opens_and_is_what_the_unit_was_given_is_no_drift(held: Layout) -> None:
    assert list(file_drift.credentials(held, HELD)) == []
    given(held).unlink()  # nothing runs
    assert list(file_drift.credentials(held, HELD)) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda layout: stored(layout).unlink(), "missing"),
        (lambda layout: stored(layout).write_text("noise"), "cannot be decrypted on this host"),
        (lambda layout: stored(layout).write_text("other"), "not the value that the running unit was given"),
        (lambda layout: given(layout).write_text("other"), "not the value that the running unit was given"),
        (
            lambda layout: [path(layout).write_text("other") for path in (stored, given)],
            "not the ciphertext that was stored",
        ),
    ],
)
def test_a_credential_is_named_by_its_pinned_ref_and_never_shown(
    held: Layout, damage: Callable[[Layout], object], found: str
) -> None:
    damage(held)
    (told,) = file_drift.credentials(held, HELD)
    restarts = "systemctl daemon-reload && systemctl restart x.service on the host" if "was given" in found else None
    assert told == Finding(Kind.CREDENTIAL, str(stored(held)), REF, found, restarts)


@pytest.mark.parametrize(
    ("key", "mender"), [("none", None), ("old", "rm {} on the host, then run site, which makes it")]
)
def test_what_does_not_open_is_left_to_site_where_site_sees_it(held: Layout, key: str, mender: str | None) -> None:
    stored(held).write_text("noise")
    digests = held.generation(HELD.id) / ciphertext.DIGESTS
    if key == "old":
        held.host_key.parent.mkdir(parents=True)
        held.host_key.write_text("key")
        os.utime(held.host_key, (1, 1))
        time.sleep(0.02)  # as long as the kernel may give two changes the same time
    digests.write_bytes(ciphertext.serialised({"credentials/x.service/key": b"noise"}))
    (told,) = file_drift.credentials(held, HELD)
    assert told.found == "cannot be decrypted on this host"
    assert (told.next or "").startswith((mender or "").format(stored(held))) and bool(told.next) == bool(mender)


def test_a_pointer_to_nothing_says_the_way_back_and_a_lost_generation_is_for_site(layout: Layout) -> None:
    manifest(layout).unlink()
    assert the_drift.drift(layout).findings[0].next is None
    point(layout, "generations/feed")
    told = the_drift.drift(layout).findings[0]
    assert told.found == "is missing or unreadable"
    assert told.next == f"rm {layout.confirmed} on the host, then run site, which begins as on a new host"


def test_a_link_of_others_is_seen_though_the_generation_cannot_be_read(layout: Layout) -> None:
    manifest(layout).write_text("{")
    link = layout.unit_stubs / "x.service"
    assert [one.subject for one in the_drift.drift(layout).findings if one.kind is Kind.LINK] == []
    link.unlink()
    assert [one.subject for one in the_drift.drift(layout).findings if one.kind is Kind.LINK] == []
    link.symlink_to("/root/x.service")
    (told,) = [one for one in the_drift.drift(layout).findings if one.kind is Kind.LINK]
    assert (told.subject, told.found) == (str(link), "link to /root/x.service")
    assert told.next == "it is not ours: remove it on the host, then run site"


def test_looks_of_others_are_part_of_it_and_one_that_fails_is_a_finding(layout: Layout) -> None:
    seen = Finding(Kind.RELEASE, "/opt/x", "a", "b")

    def broken(_layout: Layout, _generation: object) -> list[Finding]:
        raise systemd.HostError("/opt/y", "is a link", "put a folder there")

    found = the_drift.drift(layout, lambda _layout, _generation: [seen], broken).findings
    assert found == [seen, Finding(Kind.UNREADABLE, "/opt/y", "readable", "is a link", "put a folder there")]


def test_lists_of_users_drift_by_line() -> None:
    compared = file_drift._lines(b"u a -\n# x\n\nu   b -\n"), file_drift._lines(b"u b -\nu a  -\n")
    assert compared[0] == compared[1] == {"u a -", "u b -"}
