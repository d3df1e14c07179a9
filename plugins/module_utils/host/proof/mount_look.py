# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process sees of the file system, by its own table of mounts.

A directive that needs mounts needs a mount namespace first: without one, what a container protects for everybody would
count as the unit's own protection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Callable

from .look import Look, words
from .mount_table import is_within
from .subject import Subject

#: Of a host, but ``/run``, which systemd 252 leaves writable to units. What somebody mounts later, such as
#: ``/run/user/0``, is seen by units that run already: so places that every host has are looked at, not every mount.
_SYSTEM = {
    "full": ("/usr", "/boot", "/efi", "/etc"),
    "strict": ("/", "/usr", "/boot", "/efi", "/etc", "/var", "/opt", "/srv"),
}
#: ``ProtectProc=`` → how the kernel shows it, since 5.8 and before.
_HIDEPID = {"noaccess": ("noaccess", "1"), "invisible": ("invisible", "2"), "ptraceable": ("ptraceable", "4")}


def elsewhere(*paths: str) -> Look:
    """What the process sees there is not what the host has there."""

    def look(subject: Subject, _lines: list[str]) -> str | None:
        same = [path for path in _there(subject, paths) if _is_same(subject, path)]
        return f"the process sees {same[0]} of the host" if same else None

    return look


def _is_same(subject: Subject, path: str) -> bool:
    return subject.process.mounts.place(path) == subject.host.first.mounts.place(path)


def _there(subject: Subject, paths: Iterable[str]) -> list[str]:
    """Those that the host has, where they lead, and that ``ProcSubset=pid`` has not taken away."""
    proc = subject.process.mounts.at("/proc")
    is_bare = proc is not None and "subset=pid" in proc.super_options
    found = [path for path in map(subject.host.resolved, paths) if path is not None]
    return [path for path in found if not (is_bare and is_within(path, "/proc"))]


def read_only(*paths: str) -> Look:
    """Nobody can write there, but where the unit says otherwise."""
    return lambda subject, _lines: _writable(subject, paths)


def _writable(subject: Subject, paths: Iterable[str]) -> str | None:
    free = [path for name in _FREEING for path in places(subject.settings.get(name, []))]
    for path in _there(subject, paths):
        mount = subject.process.mounts.at(path)
        is_free = any(is_within(path, other) for other in free)
        if mount is not None and not mount.is_read_only and not is_free:
            return f"{path} is not read-only for the process"
    return None


#: Directives that give back what others make read-only.
_FREEING = ("ReadWritePaths", "BindPaths", "TemporaryFileSystem")


def hidden(*paths: str) -> Look:
    """The process can neither enter nor open what is there."""
    return lambda subject, _lines: _visible(subject, paths)


def _visible(subject: Subject, paths: Iterable[str]) -> str | None:
    for path in _there(subject, paths):
        mount = subject.process.mounts.at(path)
        if mount is not None and not mount.is_inaccessible:
            return f"{path} is accessible to the process"
    return None


def protected_system(subject: Subject, lines: list[str]) -> str | None:
    """``ProtectSystem=``."""
    return _writable(subject, _SYSTEM.get(lines[-1], ("/usr", "/boot", "/efi")))


def protected_home(subject: Subject, lines: list[str]) -> str | None:
    """``ProtectHome=``; ``/run/user`` is left out, which may have been made after the start of the unit."""
    homes = ("/home", "/root")
    if lines[-1] == "read-only":
        return _writable(subject, homes)
    return elsewhere(*homes)(subject, lines) if lines[-1] == "tmpfs" else _visible(subject, homes)


def read_only_below(path: str) -> Look:
    """Every mount there."""

    def look(subject: Subject, _lines: list[str]) -> str | None:
        free = [mount.point for mount in subject.process.mounts.below(path) if not mount.is_read_only]
        return f"{free[0]} is not read-only for the process" if free else _writable(subject, [path])

    return look


def protected_proc(subject: Subject, lines: list[str]) -> str | None:
    """``ProtectProc=``."""
    wanted = {f"hidepid={word}" for word in _HIDEPID.get(lines[-1], ())}
    return _proc_without(subject, wanted, "processes of other users") if wanted else None


def subset_of_proc(subject: Subject, lines: list[str]) -> str | None:
    """``ProcSubset=``."""
    return _proc_without(subject, {"subset=pid"}, "more than processes") if lines[-1] == "pid" else None


def _proc_without(subject: Subject, wanted: set[str], what: str) -> str | None:
    mount = subject.process.mounts.at("/proc")
    is_set = mount is None or bool(wanted & mount.super_options)
    return subject.shared("mnt") or (None if is_set else f"/proc shows the process {what}")


def places(lines: list[str]) -> list[str]:
    """Paths that lines name, without prefixes and options; of a pair the second, which is where the unit sees it."""
    found = []
    for word in words(lines):
        first, _colon, second = word.lstrip("-+").replace("%%", "%").partition(":")
        found.append(second.partition(":")[0] if second.startswith("/") else first)
    return found


def listed(judge: Callable[[Subject, list[str]], str | None]) -> Look:
    """Every path of the lines, in a namespace of its own."""

    def look(subject: Subject, lines: list[str]) -> str | None:
        paths = places(lines)
        return (subject.shared("mnt") or judge(subject, paths)) if paths else None

    return look


def locked(subject: Subject, paths: list[str]) -> str | None:
    """``InaccessiblePaths=``."""
    return _visible(subject, paths)


def write_protected(subject: Subject, paths: list[str]) -> str | None:
    """``ReadOnlyPaths=``."""
    return _writable(subject, paths)


def mounted(subject: Subject, paths: list[str]) -> str | None:
    """``BindPaths=`` and the like: something is mounted at each place."""
    tables = subject.process.mounts
    for path, mount in ((path, tables.at(path)) for path in paths):
        if mount is not None and mount.point != path:
            return f"nothing is mounted at {path} for the process"
    return None


def writable(subject: Subject, lines: list[str]) -> str | None:
    """``ReadWritePaths=``: not read-only, unless it is for the host as well."""
    for path in _there(subject, places(lines)):
        mount, on_host = subject.process.mounts.at(path), subject.host.first.mounts.at(path)
        if mount is not None and mount.is_read_only and on_host is not None and not on_host.is_read_only:
            return f"{path} is read-only for the process"
    return None


def not_executable(subject: Subject, paths: list[str]) -> str | None:
    """``NoExecPaths=``."""
    for path in _there(subject, paths):
        mount = subject.process.mounts.at(path)
        if mount is not None and "noexec" not in mount.options:
            return f"{path} is executable for the process"
    return None
