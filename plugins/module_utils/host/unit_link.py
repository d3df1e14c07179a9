# SPDX-License-Identifier: GPL-3.0-or-later
"""The links through which systemd sees a generation: stubs for boot, trial links for now.

``systemctl enable`` would pin the resolved target and ``disable`` would delete the stub, so links are ours to manage.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .durable import point_link, sync_folder
from .generation import Generation
from .layout import DROPIN_NAME, Layout

Links = dict[Path, str]


def stubs(layout: Layout, generation: Generation) -> Links:
    """Links that reach a generation through the boot pointer; they dangle harmlessly while it lacks the unit."""
    confirmed = "/etc/fractalops/confirmed"
    links = _unit_links(layout.unit_stubs, confirmed, generation.units)
    for name, unit in generation.units.items():
        if unit.runs:
            links[layout.unit_stubs / "multi-user.target.wants" / name] = "../" + name
    links[layout.sysusers_stub] = f"{confirmed}/sysusers.conf"
    links[layout.tmpfiles_stub] = f"{confirmed}/tmpfiles.conf"  # noqa: S108  not a temporary file
    return links


def trial_links(layout: Layout, generation: Generation) -> Links:
    """Links that show systemd the new generation until the next reboot."""
    return _unit_links(layout.trial_links, "/etc/fractalops/generations/" + generation.id, generation.units)


def _unit_links(folder: Path, target: str, units: Iterable[str]) -> Links:
    links: Links = {}
    for name in units:
        links[folder / name] = f"{target}/units/{name}"
        links[folder / (name + ".d") / DROPIN_NAME] = f"{target}/dropins/{name}.d/{DROPIN_NAME}"
    return links


def missing(links: Links) -> Links:
    """Those that are not there, or point elsewhere."""
    return {link: target for link, target in links.items() if read_link(link) != target}


def ensure(links: Links) -> None:
    """Make every link, durably."""
    for link, target in sorted(missing(links).items()):
        link.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        point_link(link, target)


def remove(links: Iterable[Path]) -> None:
    """Take our links away; a file that is not a link of ours stays."""
    folders = set()
    for link in links:
        if is_ours(link):
            link.unlink()
            folders.add(link.parent)
    for folder in sorted(folders):
        sync_folder(folder)
        if folder.name.endswith(".d") and folder.name not in ("sysusers.d", "tmpfiles.d") and not any(folder.iterdir()):
            folder.rmdir()


def is_ours(link: Path) -> bool:
    """The link leads into our store, or is a wants link to a stub that does."""
    target = read_link(link)
    if target is None:
        return False
    if link.parent.name.endswith(".wants"):
        return is_ours(link.parent.parent / link.name) or not (link.parent / target).exists()
    return target.startswith("/etc/fractalops/")


def read_link(link: Path) -> str | None:
    """Where the link points; None when there is none."""
    try:
        return os.readlink(str(link))
    except OSError:
        return None


def owned(folder: Path) -> list[Path]:
    """Every link of ours in a folder of units, of whichever generation, dangling ones too."""
    links = [*folder.glob("multi-user.target.wants/*.service"), *folder.glob("*.service")]
    # By wildcard: glob leaves out a dangling link that is named in full.
    links += [link for link in folder.glob("*.service.d/*.conf") if link.name == DROPIN_NAME]
    return [link for link in links if link.is_symlink() and is_ours(link)]


def leftovers(layout: Layout, generation: Generation | None) -> list[Path]:
    """Stubs of ours that ``generation`` does not have; all of them when there is none."""
    wanted = stubs(layout, generation) if generation else {}
    there = [*owned(layout.unit_stubs), layout.sysusers_stub, layout.tmpfiles_stub]
    return [link for link in there if link not in wanted and is_ours(link)]
