# SPDX-License-Identifier: GPL-3.0-or-later
"""Three LXC hosts, OpenBao, and the whole job on them: apply, apply again, break, look."""

from __future__ import annotations

import shutil
import subprocess
import sys

from ...plugins.plugin_utils.errors import InfraError
from ..lab import hosts, openbao, site
from ..lab.place import CACHE
from ..lab.progress import say, step
from . import place
from .summary import Facts, summarise

SITE = "fractalops.infra.site"


def main() -> int:
    """The demo; exits 1 with words when any part of it is not as it should be."""
    try:
        containers = hosts.up(3)
        openbao.up()
        accessors = openbao.accessors()
        demo = prepare()
        runs = {"first": first_run(demo), "second": second_run(demo), "broken": broken_run(demo)}
        print(summarise(Facts(containers=containers, runs=runs, accessors_before=accessors)))
    except InfraError as error:
        print(f"demo: {error}", file=sys.stderr)
        print(
            f"demo: hosts and server are left as they are to look at; the lab's files are in {CACHE}", file=sys.stderr
        )
        return 1
    return 0


def prepare() -> site.Site:
    """The inventory, an empty git tree for the cluster, and releases on the hosts."""
    shutil.rmtree(place.DEMO, ignore_errors=True)
    demo = site.Site(place.INVENTORY, tree=place.TREE)
    demo.write_text(place.topology_text())
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(place.TREE)], check=True, timeout=30)
    with step("delivering releases to the hosts"):
        demo.deliver_releases()
    return demo


def first_run(demo: site.Site) -> site.Run:
    """From empty hosts to the topology."""
    with step("site: first run, on empty hosts"):
        return expect(demo.play(SITE), succeeds=True)


def second_run(demo: site.Site) -> site.Run:
    """The same again changes nothing."""
    with step("site: second run, which must change nothing"):
        run = expect(demo.play(SITE), succeeds=True)
    if any(run.changed.values()):
        raise place.DemoError(f"the second run changed something:\n{run.output}")
    return run


def broken_run(demo: site.Site) -> site.Run:
    """A release that dies after its start fails the run and leaves the host whole; then the topology is good again."""
    good = place.topology_text()
    broken = good.replace(site.GOOD_RELEASE, site.BROKEN_RELEASE)
    demo.write_text(broken)
    with step("site: a broken release on every host, which must roll back by itself"):
        run = expect(demo.play(SITE, "--tags=hosts"), succeeds=False)
    demo.write_text(good)
    say("topology is back to the good release")
    return run


def expect(run: site.Run, *, succeeds: bool) -> site.Run:
    """The run, when it ended as it should."""
    if (run.returncode == 0) != succeeds:
        raise place.DemoError(f"the play should have {'succeeded' if succeeds else 'failed'}:\n{run.output}")
    return run


if __name__ == "__main__":
    sys.exit(main())
