# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian 12 image of the hosts: built once, kept as a tarball, unpacked once per lab."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from .command import run
from .place import CACHE, MACHINE, read
from .progress import step
from .ssh import HOST_KEY, KEY, public

FILES = Path(__file__).with_name("rootfs")
SOURCES = (
    "deb http://deb.debian.org/debian bookworm main",
    "deb http://deb.debian.org/debian-security bookworm-security main",
)
PACKAGES = (
    "systemd",
    "systemd-sysv",
    "dbus",
    "libnss-systemd",
    "python3",
    "openssh-server",
    "sudo",
    "iproute2",
    "procps",
    "ca-certificates",
)
RECIPE = (
    "--variant=minbase",
    "--aptopt=Acquire::Languages none",
    "--aptopt=APT::Install-Recommends false",
    "--dpkgopt=force-unsafe-io",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    f"--include={','.join(PACKAGES)}",
)
#: Nothing of these belongs into a short-lived guest: they cost boot time or write to disk.
MASKED = (
    "console-getty.service",
    "getty@.service",
    "systemd-logind.service",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
)
ROOM_NEEDED_BYTES = 1 << 30


def tarball() -> Path:
    """The image; built when its recipe is new (half a minute), else taken from the cache."""
    recipe = hashlib.sha256("\n".join((*SOURCES, *RECIPE)).encode()).hexdigest()[:12]
    image = CACHE / "image" / f"debian-12-{recipe}.tar.zst"
    if not image.exists():
        with step("building the Debian 12 image of the hosts (once, about 30 s)"):
            _build(image)
    return image


def directory() -> Path:
    """The unpacked image with our files, keys and masks: the lower layer all hosts share, never changed again."""
    image = tarball()
    there = MACHINE / f"base-{_digest(image)}"
    if not there.exists():
        with step("unpacking the image"):
            new = MACHINE / "base.new"
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(parents=True)
            run(["tar", "--zstd", "--numeric-owner", "-xf", str(image), "-C", str(new)], timeout_seconds=120)
            _prepare(new)
            new.rename(there)
    return there


def _build(image: Path) -> None:
    image.parent.mkdir(parents=True, exist_ok=True)
    new = image.with_name(f"new-{image.name}")
    new.unlink(missing_ok=True)
    environment = {**os.environ, "TMPDIR": str(_fast_directory())}
    run(["mmdebstrap", *RECIPE, "bookworm", str(new), *SOURCES], timeout_seconds=600, env=environment)
    new.rename(image)


def _fast_directory() -> Path:
    """Memory when it has room and allows programs and devices, else the disk."""
    memory = Path("/dev/shm")
    if memory.is_dir():
        facts = os.statvfs(memory)
        is_usable = not facts.f_flag & (os.ST_NOEXEC | os.ST_NODEV)
        if is_usable and facts.f_bavail * facts.f_frsize > ROOM_NEEDED_BYTES:
            return memory
    return CACHE


def _digest(image: Path) -> str:
    parts = [image.name, read(public(KEY)), read(public(HOST_KEY)), *MASKED]
    parts += [file.read_text() for file in sorted(FILES.rglob("*")) if file.is_file()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _prepare(root: Path) -> None:
    (root / "etc/hostname").unlink(missing_ok=True)
    (root / "etc/machine-id").write_text("")
    shutil.copytree(FILES, root, dirs_exist_ok=True)
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    _install(HOST_KEY, root / "etc/ssh/ssh_host_ed25519_key", 0o600)
    _install(public(HOST_KEY), root / "etc/ssh/ssh_host_ed25519_key.pub", 0o644)
    (root / "root/.ssh").mkdir(mode=0o700, exist_ok=True)
    _install(public(KEY), root / "root/.ssh/authorized_keys", 0o600)
    for unit in MASKED:
        (root / "etc/systemd/system" / unit).unlink(missing_ok=True)
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")


def _install(source: Path, target: Path, mode: int) -> None:
    shutil.copyfile(source, target)
    target.chmod(mode)
