# SPDX-License-Identifier: GPL-3.0-or-later
"""The stored files of a generation against what they should be: parsed where a parser gives them a meaning."""

from __future__ import annotations

import functools
import grp
import hashlib
import pwd
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import account
from ..generation import GENERATION_MARK, Generation
from ..layout import GENERATOR, Layout
from ..store import ciphertext, credential, unit_link
from ..store.store import GenerationStore, credential_names
from ..store.store import modes as stored_modes
from ..systemd import unit_file
from .finding import ANEW, DELIVER, RESTART, Finding, Kind

MISSING = "missing"
OWNER = "root:root"
_KINDS = {"units": Kind.UNIT_FILE, "dropins": Kind.DROPIN, "files": Kind.CONFIG_FILE, GENERATOR: Kind.CONFIG_FILE}


def stored_files(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """Units and drop-ins setting by setting, lists of users and directories line by line, config files by digest."""
    for name, content in sorted(GenerationStore(layout).contents(generation).items()):
        yield from _stored(layout, generation, name, content)


def damaged(layout: Layout, generation: Generation) -> list[str]:
    """Names of stored files that say something else than they should; other comments and spacing do no harm."""
    store = GenerationStore(layout)
    names = store.damaged(generation)
    contents = store.contents(generation) if names else {}  # a host in order has made them once already
    return [name for name in names if name not in contents or any(_stored(layout, generation, name, contents[name]))]


def _stored(layout: Layout, generation: Generation, name: str, content: bytes) -> Iterator[Finding]:
    path = layout.generation(generation.id) / name
    if name != "manifest.json":
        yield from _compared(_KINDS.get(name.partition("/")[0], Kind.ACCOUNTS), path, content)
    elif not path.is_file() or path.read_bytes() != content:
        yield Finding(Kind.GENERATION, str(path), "readable", "damaged")


def _compared(kind: Kind, path: Path, expected: bytes) -> Iterator[Finding]:
    try:
        found = path.read_bytes()
    except OSError as error:
        yield Finding(kind, str(path), "a file", MISSING if error.errno == 2 else error.strerror)
        return
    if found == expected:
        return
    if kind is Kind.CONFIG_FILE:
        yield Finding(kind, str(path), _digest(expected), _digest(found))
    elif kind is Kind.ACCOUNTS:
        yield from _lines_compared(path, expected, found)
    else:
        yield from settings_compared(kind, str(path), expected, found)


def settings_compared(kind: Kind, subject: str, expected: bytes, found: bytes) -> Iterator[Finding]:
    """One finding per directive that says something else."""
    for name, before, after in unit_file.changes(expected.decode(), found.decode(errors="replace")):
        yield Finding(kind, f"{subject} {name}", before, after)


def _lines_compared(path: Path, expected: bytes, found: bytes) -> Iterator[Finding]:
    before, after = _lines(expected), _lines(found)
    for line in sorted(before - after):
        yield Finding(Kind.ACCOUNTS, str(path), line, None)
    for line in sorted(after - before):
        yield Finding(Kind.ACCOUNTS, str(path), None, line)


def _lines(content: bytes) -> set[str]:
    """Lines of sysusers.d(5) and tmpfiles.d(5) without comments and spacing; their order means nothing."""
    folded = (" ".join(line.split()) for line in content.decode(errors="replace").splitlines())
    return {line for line in folded if line and not line.startswith("#")}


def _digest(content: bytes) -> str:
    return "sha256 " + hashlib.sha256(content).hexdigest()[:16]


def credentials(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """Ciphertext for each pinned ref is there, opens on this host, is what the running unit was given and was stored.

    Values are compared here and go nowhere.
    """
    folder = layout.generation(generation.id)
    names = credential_names(generation)
    kept, is_key_new = ciphertext.as_stored(folder, names), ciphertext.is_younger(layout.host_key, folder)
    with ThreadPoolExecutor(max_workers=4) as pool:
        values = dict(zip(names, pool.map(lambda name: credential.opened(folder / name), names)))
    for name, ref in sorted(names.items()):
        if not (folder / name).is_file():
            yield Finding(Kind.CREDENTIAL, str(folder / name), ref, MISSING)
        elif values[name] is None:
            told = "cannot be decrypted on this host"
            is_seen = is_key_new or name not in kept  # by site, which tries to open what is older than the key
            anew = None if is_seen else ANEW.format(folder / name)
            yield Finding(Kind.CREDENTIAL, str(folder / name), ref, told, anew)
        elif values[name] != _given(layout, name, values[name]):
            told = "not the value that the running unit was given"
            yield Finding(Kind.CREDENTIAL, str(folder / name), ref, told, RESTART.format(name.split("/")[1]))
        elif name not in kept:
            yield Finding(Kind.CREDENTIAL, str(folder / name), ref, "not the ciphertext that was stored")


def _given(layout: Layout, name: str, stored: bytes | None) -> bytes | None:
    """What the running unit was given as the credential stored under ``name``; ``stored`` when nothing runs."""
    try:
        return (layout.loaded_credentials / name.partition("/")[2]).read_bytes()
    except OSError:
        return stored


def modes(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """Type, mode and owner of every stored file and folder; what is missing is said elsewhere."""
    for path, mode in sorted(stored_modes(layout.generation(generation.id), generation).items()):
        kind = "folder" if path.is_dir() else "file"
        expected, found = f"{kind} {mode:o} {OWNER}", described(path)
        if found not in (expected, MISSING):
            yield Finding(Kind.MODE, str(path), expected, found)


def described(path: Path) -> str:
    """Type, mode in octal and owner of ``path`` itself, as in ``file 644 root:root``."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return MISSING
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    kind = kinds.get(stat.S_IFMT(status.st_mode), "special file")
    return f"{kind} {stat.S_IMODE(status.st_mode):o} {_owner(status.st_uid, status.st_gid)}"


@functools.lru_cache
def _owner(uid: int, gid: int) -> str:
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = str(uid)
    try:
        return f"{user}:{grp.getgrgid(gid).gr_name}"
    except KeyError:
        return f"{user}:{gid}"


def accounts(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """Users and directories that systemd-sysusers and systemd-tmpfiles were to make."""
    for user in account.missing(generation.document["users"]):
        yield Finding(Kind.ACCOUNTS, user, "a user", MISSING)
    for line in sorted(_lines(generation.document["tmpfiles"].encode())):
        words = line.split()
        if words[0] == "d" and len(words) >= 5:
            expected = f"folder {words[2].lstrip('0')} {words[3]}:{words[4]}"
            found = described(layout.inside(words[1]))
            if found != expected:
                yield Finding(Kind.ACCOUNTS, words[1], expected, found)
        elif words[0] == "L+":
            home = "/etc/fractalops/generations/" + generation.id
            target, leads = words[6].replace(GENERATION_MARK, home), unit_link.read_link(layout.inside(words[1]))
            if leads != target:
                yield Finding(Kind.LINK, words[1], f"link to {target}", f"link to {leads}" if leads else MISSING)


def releases(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """The folder of every release a unit runs."""
    for release in sorted({unit.release for unit in generation.units.values() if unit.release}):
        if not layout.inside(release).is_dir():
            yield Finding(Kind.RELEASE, release, "a folder", described(layout.inside(release)), DELIVER)
