# SPDX-License-Identifier: GPL-3.0-or-later
"""One member of a release: what it may be called, what it may be, and where its link may lead."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from ..host.host_error import HostError

#: Bytes of a whole name and of one part of it; folders in each other.
NAME_BYTES = 1024
PART_BYTES = 255
DEPTH = 64
#: The kernel gives up after as many links.
LINKS = 40
#: Environment files are superseded by the typed config of a service.
ENV_FILE = ".env"
LEAVE_OUT = "leave it out of the release"


class Kind(str, enum.Enum):
    """What a member is; the value stands for it in a manifest."""

    FILE = "f"
    EXECUTABLE = "x"
    FOLDER = "d"
    LINK = "l"


@dataclass(frozen=True)
class Member:
    """A member whose name and type are fine; ``target`` is that of a link, ``size`` in bytes that of a file."""

    name: str
    kind: Kind
    size: int = 0
    target: str = ""


def refused(name: object, what: str, hint: str = LEAVE_OUT) -> HostError:
    """The refusal of a member, with its name on one line and bounded."""
    shown = ascii(name)
    return HostError(f"release member {shown if len(shown) <= 160 else shown[:160] + '…'}", what, hint)


def checked_name(raw: bytes) -> str:
    """The name of a member in its simplest form, empty for the release itself.

    Raises HostError when it is absolute, leaves the release, or cannot be the name of a file.
    """
    name = _decoded(raw, raw)
    if name.startswith("/"):
        raise refused(name, "is absolute", "pack the release from inside its folder")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise refused(name, "leaves the release", "pack the release from inside its folder")
    if len(raw) > NAME_BYTES or len(parts) > DEPTH or any(len(part.encode()) > PART_BYTES for part in parts):
        raise refused(name, f"is longer than {NAME_BYTES} bytes or deeper than {DEPTH} folders", "choose shorter names")
    if parts and parts[-1] == ENV_FILE:
        raise refused(
            name, "is an environment file", "put its settings into the config of the service, its secrets into refs"
        )
    return "/".join(parts)


def checked_target(name: str, raw: bytes) -> str:
    """The target of the link ``name``: relative, so that it means the same in every place."""
    target = _decoded(raw, name)
    if not target or target.startswith("/"):
        raise refused(name, "is a link to an absolute path", "make it relative, or put the file itself there")
    if len(raw) > NAME_BYTES:
        raise refused(name, f"is a link to a path longer than {NAME_BYTES} bytes", "choose shorter names")
    if target.rpartition("/")[2] == ENV_FILE:
        raise refused(name, "is a link to an environment file")
    return target


def checked_mode(name: str, mode: int) -> None:
    """Refuse setuid, setgid and sticky: nothing in a release may give rights away."""
    if mode & 0o7000:
        words = [word for bit, word in ((0o4000, "setuid"), (0o2000, "setgid"), (0o1000, "sticky")) if mode & bit]
        raise refused(name, f"is {' and '.join(words)}", f"run chmod {mode & 0o777:o} on it before packing")


def refuse_leaving_links(links: Mapping[str, str]) -> None:
    """Every link ends inside the release, by way of all the other links; ``links`` maps names to targets.

    Word by word as the kernel does it: of two harmless looking links, the second can leave through the first.
    """
    for name in links:
        _follow(name, links)


def _follow(start: str, links: Mapping[str, str]) -> None:
    place: list[str] = []
    pending = list(reversed(start.split("/")))
    followed = 0
    while pending:
        part = pending.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not place:
                raise refused(start, "is a link that leaves the release", "make it lead to a file of the release")
            place.pop()
            continue
        place.append(part)
        target = links.get("/".join(place))
        if target is not None:
            followed += 1
            if followed > LINKS:
                raise refused(start, "is a link that leads to itself", "make it lead to a file of the release")
            place.pop()
            pending.extend(reversed(target.split("/")))


def _decoded(raw: bytes, shown: object) -> str:
    if b"\0" in raw:
        raise refused(shown, "has a NUL in its name")
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise refused(shown, "has a name that is not UTF-8", "rename it") from None
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in name):
        raise refused(shown, "has a control character in its name", "rename it")
    return name
