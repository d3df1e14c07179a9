# SPDX-License-Identifier: GPL-3.0-or-later
"""The links through which systemd sees a generation: stubs for boot, trial links for now.

``systemctl enable`` would pin the resolved target and ``disable`` would delete the stub, so links are ours to manage.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..generation import Generation, file_name, live_names
from ..layout import DROPIN_NAME, GENERATOR, Layout
from .durable import point_link, sync_folder

Links = dict[Path, str]


def stubs(layout: Layout, generation: Generation) -> Links:
    """Links that reach a generation through the boot pointer; they dangle harmlessly while it lacks the unit."""
    confirmed = "/etc/fractalops/confirmed"
    links = _unit_links(layout.unit_stubs, confirmed, generation)
    for name, unit in generation.units.items():
        for wanting in unit.wanting:
            for live in live_names(name, unit):
                links[layout.unit_stubs / (wanting + ".wants") / live] = "../" + name
    if generation.masks:
        links[layout.generator_stub] = f"{confirmed}/{GENERATOR}"
    links[layout.sysusers_stub] = f"{confirmed}/sysusers.conf"
    links[layout.tmpfiles_stub] = f"{confirmed}/tmpfiles.conf"  # noqa: S108  not a temporary file
    return links


def trial_links(layout: Layout, generation: Generation) -> Links:
    """Links that show systemd the new generation until the next reboot.

    Masks come from a generator, and not from links in place of units: a link that dangles while the boot pointer moves
    would hide a unit of somebody else.
    """
    target = "/etc/fractalops/generations/" + generation.id
    links = _unit_links(layout.trial_links, target, generation)
    if generation.masks:
        links[layout.trial_generator] = f"{target}/{GENERATOR}"
    elif is_ours(layout.generator_stub):
        links[layout.trial_generator] = os.devnull  # the confirmed masks do not hold
    return {**_hidden(layout, generation), **links}


def _hidden(layout: Layout, generation: Generation) -> Links:
    """Links to nothing over settings that the confirmed generation has and this one has not.

    Units that go keep theirs: they are stopped by them.
    """
    dropins = [path for path in owned(layout.unit_stubs) if path.name == DROPIN_NAME]
    names = {path.parent.name.removesuffix(".d") for path in dropins}
    gone = {name for name in names if name not in generation.units and is_ours(layout.unit_stubs / name)}
    return {layout.trial_links / (name + ".d") / DROPIN_NAME: os.devnull for name in names - gone}


def _unit_links(folder: Path, target: str, generation: Generation) -> Links:
    links: Links = {folder / name: f"{target}/units/{name}" for name in generation.units}
    for name in [*(name for name, unit in generation.units.items() if unit.dropin), *generation.drop_ins]:
        links[folder / (name + ".d") / DROPIN_NAME] = f"{target}/dropins/{name}.d/{DROPIN_NAME}"
    return links


def missing(links: Links) -> Links:
    """Those that are not there, or point elsewhere."""
    return {link: target for link, target in links.items() if read_link(link) != target}


def ensure(links: Links) -> None:
    """Make every link, durably; each folder is synced once for all its links.

    For those that were there, too: their maker may have been killed before they were durable.
    """
    for link, target in sorted(missing(links).items()):
        link.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        point_link(link, target)
    touched = {link.parent for link in links}
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(sync_folder, sorted(touched | {folder.parent for folder in touched})))


def replaced(layout: Layout, generation: Generation) -> list[Path]:
    """Files in the place of links to units and drop-ins of ``generation``: ``sed -i`` makes one of a link."""
    links = _unit_links(layout.unit_stubs, "", generation)
    return [link for link in sorted(links) if link.is_file() and not link.is_symlink()]


def way_back(link: Path) -> str:
    """What somebody does about a link of another's in the place of ours."""
    if read_link(link) == os.devnull:
        return f"it is masked: systemctl unmask {link.name} on the host, then run site"
    return "it is not ours: remove it on the host, then run site"


def remove(links: Iterable[Path]) -> None:
    """Take our links away; a file that is not a link of ours stays."""
    folders = set()
    for link in links:
        if is_ours(link):
            link.unlink()
            folders.add(link.parent)
    for folder in sorted(folders):
        sync_folder(folder)
        is_of_units = folder.name.endswith((".d", ".wants")) and folder.name not in ("sysusers.d", "tmpfiles.d")
        if is_of_units and not any(folder.iterdir()):
            folder.rmdir()


def is_ours(link: Path) -> bool:
    """The link leads into our store, hides settings of ours, or is a wants link to a stub that does."""
    target = read_link(link)
    if target is None:
        return False
    if link.parent.name == "system-generators":
        return link.name == "fractalops"
    if link.parent.name.endswith(".wants"):
        unit = link.parent.parent / file_name(link.name)
        return target == "../" + unit.name and (is_ours(unit) or not os.path.lexists(str(unit)))
    return target.startswith("/etc/fractalops/") or (target == os.devnull and link.name == DROPIN_NAME)


def read_link(link: Path) -> str | None:
    """Where the link points; None when there is none."""
    try:
        return os.readlink(str(link))
    except OSError:
        return None


def owned(folder: Path) -> list[Path]:
    """Every link of ours in a folder of units, of whichever generation, dangling ones too."""
    links = [*folder.glob("*.wants/*"), *folder.glob("*")]
    # By wildcard: glob leaves out a dangling link that is named in full.
    links += [link for link in folder.glob("*.d/*.conf") if link.name == DROPIN_NAME]
    return [link for link in links if link.is_symlink() and is_ours(link)]


def on_trial(layout: Layout) -> list[Path]:
    """Every link by which systemd sees a generation that is not confirmed."""
    return [*owned(layout.trial_links), *filter(is_ours, [layout.trial_generator])]


def leftovers(layout: Layout, generation: Generation | None) -> list[Path]:
    """Stubs of ours that ``generation`` does not have; all of them when there is none."""
    wanted = stubs(layout, generation) if generation else {}
    there = [*owned(layout.unit_stubs), layout.sysusers_stub, layout.tmpfiles_stub, layout.generator_stub]
    reloaded = {name for name, unit in generation.units.items() if unit.reloads} if generation else set()
    there += [link for link in layout.reloaded_files.glob("*") if link.name not in reloaded]
    return [link for link in there if link not in wanted and is_ours(link)]
