# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of 200 MB to one host: ours against copy, unarchive and link, and against rsync, all in one run.

Wall seconds on one machine; only the ratios mean something elsewhere. Content that does not compress: rsync and tar.gz
gain nothing on a network, and lose what packing costs. Ours compares digests twice, writes everything to disk before
the release is in place, and keeps a manifest; the peers do none of that. Goal: not slower than the tasks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.fractalops.infra.tests.lab import hosts, site, ssh

PEERS = Path(__file__).parent / "peers"
MEGABYTES = 200
FILES = 2000
REPEATS = 2


def main() -> int:
    """Measure, print the table, say whether the goals are met."""
    address = hosts.up(1)[0].address
    with tempfile.TemporaryDirectory() as folder:
        bench = site.Site(Path(folder) / "site")
        bench.write(site.topology({"host-1": site.host(1, {})}))
        rows = measure(bench, Path(folder), address)
    hosts.down()
    print("\n".join(f"{name:<52} {seconds:8.2f} s" for name, seconds in rows.items()))
    return judge(rows)


def measure(bench: site.Site, folder: Path, address: str) -> dict[str, float]:
    """Best seconds by what was run."""
    revisions = iter(range(1, 1000))
    build, archive = folder / "build", folder / "build.tar.gz"

    def ours(source: Path) -> None:
        revision = next(revisions)
        (build / "VERSION").write_text(str(revision))
        play(bench, "release.yml", f"source={source}", f"revision=r{revision}", changed=1)

    def tasks() -> None:
        play(bench, "ansistrano.yml", f"archive={archive}", f"revision=r{next(revisions)}", changed=5)

    def rsync() -> None:
        target = f"/opt/rsync/r{next(revisions)}/"
        remote = f"--rsync-path=mkdir -p {target} && LD_LIBRARY_PATH=/opt/lent /opt/lent/rsync"
        shell = f"--rsh=ssh -F {ssh.CONFIG}"
        subprocess.run(["rsync", "--archive", shell, remote, f"{build}/", f"{address}:{target}"], check=True)

    fill(build)
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(build, "build")
    plain = repacked(build, folder / "plain.tar.gz")
    play(bench, "release.yml", f"source={plain}", "revision=same", changed=1)
    rows = {
        "ours, nothing to do": best(lambda: play(bench, "release.yml", f"source={plain}", "revision=same", changed=0)),
        "ours, a folder": best(lambda: ours(build)),
        "ours, a tar.gz": best(lambda: ours(plain)),
        "tasks: copy, unarchive, link (a tar.gz)": best(tasks),
    }
    lend_rsync(address)
    rows["rsync of a folder"] = best(rsync)
    return rows


def fill(build: Path) -> None:
    """MEGABYTES in FILES small files and one large one; nothing of it compresses."""
    (build / "lib").mkdir(parents=True)
    small = MEGABYTES * 1_000_000 // 2 // FILES
    for number in range(FILES):
        (build / "lib" / f"file-{number}").write_bytes(os.urandom(small))
    (build / "blob").write_bytes(os.urandom(MEGABYTES * 1_000_000 // 2))


def repacked(build: Path, archive: Path) -> Path:
    """The folder as a release archive."""
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(build, ".")
    return archive


def lend_rsync(address: str) -> None:
    """The host has no rsync; it gets this machine's, with its libraries, as both run the same Debian."""
    program = str(shutil.which("rsync"))
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.split()
    files = [
        program,
        *(word for word in linked if word.startswith("/") and "/ld-" not in word and "/libc." not in word),
    ]
    packed = subprocess.run(["tar", "-chP", "--transform=s,.*/,,", *files], capture_output=True, check=True).stdout
    unpack = ["ssh", "-F", str(ssh.CONFIG), address, "mkdir -p /opt/lent && tar -x -C /opt/lent"]
    subprocess.run(unpack, input=packed, check=True)


def judge(rows: dict[str, float]) -> int:
    """Print the ratios beside their goals; the exit code says whether all are met."""
    tasks = rows["tasks: copy, unarchive, link (a tar.gz)"]
    goals = [("a folder / tasks", rows["ours, a folder"] / tasks), ("a tar.gz / tasks", rows["ours, a tar.gz"] / tasks)]
    for name, ratio in goals:
        print(f"{name:<52} {ratio:8.2f}   goal ≤ 1.0  {'met' if ratio <= 1 else 'MISSED'}")
    print(f"{'a folder / rsync':<52} {rows['ours, a folder'] / rows['rsync of a folder']:8.2f}")
    return 0 if all(ratio <= 1 for _name, ratio in goals) else 1


def play(bench: site.Site, playbook: str, *variables: str, changed: int) -> None:
    """Run a play and make sure it did what it is measured for."""
    run = bench.play(str(PEERS / playbook), *(f"--extra-vars={one}" for one in variables))
    if run.returncode or run.changed["host-1"] != changed:
        sys.exit(f"{playbook}: not what was to be measured\n{run.output}")


def best(act: Callable[[], None]) -> float:
    """Best wall time of REPEATS."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return min(taken)


if __name__ == "__main__":
    sys.exit(main())
