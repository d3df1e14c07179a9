# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd runs, against what a generation says."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift import unit_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.finding import Kind
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout

from ..proof.fake_host import PID, UNIT, FakeHost
from ..samples import a_generation, a_unit


@pytest.mark.parametrize(("declared", "expected"), [("ProtectHome=yes", "yes"), ("CapabilityBoundingSet=", "none")])
def test_what_the_kernel_does_not_do_is_a_finding_of_its_own(tmp_path: Path, declared: str, expected: str) -> None:
    host = FakeHost(tmp_path)
    host.share("mnt")
    generation = a_generation(demo=a_unit(dropin=f"[Service]\n{declared}\n"))
    shown = {UNIT: {"ActiveState": "active", "MainPID": PID, "ControlGroup": "/"}}
    (finding,) = unit_drift.not_in_force(host.layout, generation, shown)
    assert (finding.kind, finding.expected) == (Kind.NOT_IN_FORCE, expected)
    assert finding.subject == f"{UNIT} {declared.partition('=')[0]}"
    assert finding.found is not None
    assert finding.next is not None and finding.next.startswith(
        f"systemctl restart {UNIT} on the host; if it comes back"
    )


def read_from(fragment: Path) -> str | None:
    """What somebody does about a unit that systemd reads from there."""
    generation = a_generation(demo=a_unit())
    (finding,) = unit_drift.sources(Layout(), generation, {UNIT: {"FragmentPath": str(fragment)}})
    return finding.next


def test_a_unit_that_somebody_put_before_ours_is_removed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_drift, "_WINNING", (str(tmp_path),))
    restart, mask = f"systemctl daemon-reload && systemctl restart {UNIT} on the host", tmp_path / UNIT
    assert read_from(mask) == restart, "it is gone, and systemd has not looked"
    mask.symlink_to("/dev/null")
    assert read_from(mask) == f"rm {mask} && {restart}"
    mask.unlink()
    mask.symlink_to("/etc/fractalops/trial/units/demo.service")
    assert read_from(mask) == restart, "a link of a trial is ours"


def test_a_unit_of_a_package_that_shows_without_our_link_stays(tmp_path: Path) -> None:
    (tmp_path / UNIT).touch()
    assert read_from(tmp_path / UNIT) == f"systemctl daemon-reload && systemctl restart {UNIT} on the host"


def others(**found: str) -> list[tuple[str, str | None, str | None]]:
    """Subject, what was found and what is next, of settings over a unit of others of which systemd shows this."""
    generation = a_generation()
    over = {"text": "[Service]\nNice=5\n", "properties": {"Nice": "5"}, "restart": False}
    generation = Generation.parse({**generation.document, "drop_ins": {"cron.service": over}})
    seen = unit_drift.others(Layout(), generation, {"cron.service": found})
    return [(one.subject, one.found, one.next) for one in seen]


def test_settings_over_a_unit_that_is_gone_say_so_and_nothing_else() -> None:
    (told,) = others(LoadState="not-found")
    assert told[:2] == ("cron.service is read with", "no such unit on this host")
    assert told[2] == "install it, or take what is said about it out of the topology"


def test_settings_over_a_unit_are_compared_once_systemd_reads_them() -> None:
    paths = "/etc/systemd/system/cron.service.d/zzzz-fractalops.conf"
    restart = "systemctl daemon-reload && systemctl restart cron.service on the host"
    assert others(LoadState="loaded") == [("cron.service is read with", None, restart)]
    assert others(LoadState="loaded", DropInPaths=paths, Nice="0") == [("cron.service Nice", "0", restart)]
    assert others(LoadState="loaded", DropInPaths=paths, Nice="5") == []


def test_a_process_for_which_all_is_in_force_has_no_finding(tmp_path: Path) -> None:
    generation = a_generation(demo=a_unit(dropin="[Service]\nProtectHome=yes\n"))
    shown = {UNIT: {"ActiveState": "active", "MainPID": PID, "ControlGroup": "/"}}
    assert list(unit_drift.not_in_force(FakeHost(tmp_path).layout, generation, shown)) == []
