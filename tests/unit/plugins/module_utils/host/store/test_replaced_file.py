# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in the place of our links: kept for root alone, then gone."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import replaced_file, unit_link

from ..samples import a_generation, a_unit

GENERATION = a_generation(x=a_unit(), y=a_unit())


def edited(layout: Layout, name: str = "x.service") -> Path:
    """What ``sed -i`` leaves of a link."""
    path = layout.unit_stubs / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[Service]\nExecStart=/bin/edited\n")
    return path


def test_only_files_in_the_place_of_links_are_such(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    unit_link.ensure(unit_link.stubs(layout, GENERATION))
    assert unit_link.replaced(layout, GENERATION) == []
    drop_in = layout.unit_stubs / "x.service.d/zzzz-fractalops.conf"
    for path in (layout.unit_stubs / "y.service", drop_in):
        path.unlink()
    edited(layout, "y.service")
    edited(layout, "x.service.d/zzzz-fractalops.conf")
    edited(layout, "foreign.service")
    assert unit_link.replaced(layout, GENERATION) == [drop_in, layout.unit_stubs / "y.service"]


def test_a_file_is_kept_once_for_root_alone_and_stays(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    path = edited(layout)
    replaced_file.keep(layout, [path])
    replaced_file.keep(layout, [path])
    (kept,) = layout.replaced.iterdir()
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (path.read_bytes(), 0o600)
    assert kept.name.startswith("x.service-") and layout.replaced.stat().st_mode & 0o777 == 0o700


def test_a_file_that_no_link_replaces_is_kept_and_goes(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    path = edited(layout)
    replaced_file.remove(layout, [path])
    assert not path.exists() and len(list(layout.replaced.iterdir())) == 1
