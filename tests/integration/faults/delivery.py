# SPDX-License-Identifier: GPL-3.0-or-later
"""A release delivered to a real host by the real module, without a play, and what of it is on a disk."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost
from ansible_collections.fractalops.infra.tests.unit.plugins.module_utils.release.tar import packed

APP, RELEASE = "shop", "two"
RELEASES = f"opt/{APP}/releases"
#: Larger than what ext4 keeps beside the name of a file, so that content can be missing where a name is not.
CONTENT = {f"share/part-{number}": bytes([number]) * 9_000 for number in range(30)}
ABSENT, WHOLE = "absent", "whole"
#: Each is reached once in a delivery, in this order.
BEFORE_PLACE = (
    "module/archive.unpack:before",
    "module/extraction.Extraction.run:after",
    "module/release_store.ReleaseStore._put_in_place:before",
    "module/release_store.ReleaseStore._write_manifest:before",
    "module/release_store.ReleaseStore._write_manifest:after",
    "module/durability.sync_file_system:after",
)
AFTER_PLACE = (
    "module/release_store.ReleaseStore._put_in_place:after",
    "module/release_store.ReleaseStore.store:after",
)
POINTS = (*BEFORE_PLACE, *AFTER_PLACE)
ARCHIVE = packed(*CONTENT.items())
SHA256 = hashlib.sha256(ARCHIVE).hexdigest()
WANTED = {"app": APP, "id": RELEASE, "digest": f"sha256:{SHA256}", "keep": 1}


@dataclass(frozen=True)
class Delivery:
    """The release ``two`` of ``shop`` on its way to ``host``."""

    host: DirectHost

    def begin(self) -> None:
        """Nothing of the release is there, on the disk neither, but its archive."""
        self.host.run(f"rm -rf /opt/{APP} && sync --file-system /opt")
        self.send()

    def send(self) -> None:
        """The archive lies where the module asked for it."""
        folder = self.host.module("release", **WANTED)["send_to"]
        self.host.put(f"{folder}/two.tar", ARCHIVE, 0o600)

    def unpack(self) -> dict[str, Any]:
        """The answer of the module that finds the archive; empty when it was killed."""
        limits = {"max_bytes": 1 << 20, "max_members": 99}
        with contextlib.suppress(AssertionError):
            return self.host.module("release", **WANTED, incoming={"name": "two.tar", "sha256": SHA256, **limits})
        return {}

    def again(self) -> dict[str, Any]:
        """What the next run does, from the beginning."""
        self.send()
        return self.unpack()


def on_disk(root: Path) -> str:
    """What of the release is below ``root``: absent, whole, or what is wrong with it."""
    folder = root / RELEASES / RELEASE
    if not folder.exists():
        return ABSENT
    if not folder.with_name(f".{RELEASE}.manifest.json").stat().st_size:
        return "an empty manifest"
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return (
        WHOLE if found == CONTENT else f"torn: {sorted(name for name in CONTENT if found.get(name) != CONTENT[name])}"
    )


def unwritten(root: Path) -> list[str]:
    """Files of the half unpacked release whose names are on this disk and whose content is not."""
    stage = root / RELEASES / f".stage-{RELEASE}"
    return [name for name in CONTENT if (stage / name).is_file() and (stage / name).read_bytes() != CONTENT[name]]
