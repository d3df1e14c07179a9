# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that systemd could not start, and a node that allows no credentials: in words, and before a trial."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import hosts, site
from ansible_collections.fractalops.infra.tests.lab.container import Container

from .conftest import Host
from .outcome import assert_whole

HOSTS = ("fractalops.infra.site", "--tags=hosts")
#: Refuses the first mount in a new namespace, MS_REC | MS_SLAVE. Sources: lxc.container.conf(5), mount(2).
REFUSES = "2\ndenylist\n[all]\nmount errno 1 [3,540672,SCMP_CMP_EQ]\n"


def test_a_program_that_is_not_there_is_told_by_the_status_of_systemd(
    in_order: site.Site, first: Host, assets: dict[str, Any]
) -> None:
    before = first.state()["confirmed"]
    wanted = site.topology(assets)
    api = wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"]
    api["exec"] = ["/usr/local/bin/lost"]
    in_order.write(wanted)
    first.run("echo '#!/nowhere' >/usr/local/bin/lost; chmod +x /usr/local/bin/lost")
    run = in_order.play(*HOSTS, "--limit=worker-1")
    first.run("rm /usr/local/bin/lost")
    assert run.returncode != 0
    assert "exit 203/EXEC: systemd could not run the program" in run.output, run.output
    assert "look whether it is there, executable and of this processor" in run.output
    assert_whole(first, before)


@pytest.fixture
def confined(in_order: site.Site, lab: tuple[Container, ...], tmp_path: Path) -> Iterator[Host]:
    """A host whose node lets systemd mount no credentials."""
    container = lab[1]
    config = container.directory / "config"
    before = config.read_text()
    profile = tmp_path / "seccomp"
    profile.write_text(REFUSES)
    config.write_text(f"{before}lxc.seccomp.profile = {profile}\n")
    hosts.reboot(container.name)
    yield Host("worker-2", container)
    config.write_text(before)
    hosts.reboot(container.name)


def test_a_node_that_allows_no_credentials_is_told_before_a_trial(
    in_order: site.Site, confined: Host, assets: dict[str, Any]
) -> None:
    before = confined.run("cat /etc/fractalops/history.jsonl")
    wanted = site.topology(assets)
    wanted["runtime_assets"]["worker-2"]["services"]["fractalops-api"]["description"] = "changed"
    in_order.write(wanted)
    run = in_order.play(*HOSTS, "--limit=worker-2")
    assert run.returncode != 0
    assert "credentials: this host refuses it: exit 243/CREDENTIALS: systemd could not give it" in run.output, (
        run.output
    )
    assert "pct set ID --features nesting=1" in run.output and "lxc.seccomp.profile" in run.output
    assert confined.run("cat /etc/fractalops/history.jsonl") == before, "a trial began"
