# SPDX-License-Identifier: GPL-3.0-or-later
"""At three in the morning: ssh dead, container stopped, OpenBao gone; one command repairs, and says who did what.

The node is this machine itself, so its containers are reached as on any node with plain LXC.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import chain
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import BundleHeader, SigningKey, seal
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import Secret
from ansible_collections.fractalops.infra.tests.lab import openbao, site, ssh
from ansible_collections.fractalops.infra.tests.lab.command import attempt
from ansible_collections.fractalops.infra.tests.lab.container import Container
from ansible_collections.fractalops.infra.tests.lab.place import CONTAINERS, VENV
from ansible_collections.fractalops.infra.tests.lab.site import Run, Site
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .conftest import Host
from .outcome import settled

REPAIR, DRILL = "fractalops.infra.break_glass_repair", "fractalops.infra.break_glass_drill"
REF = "bao://secret/runtime/postgres#password"
PORT = 8081
NODE = "10.77.0.90"


def moment(hours: float) -> str:
    """A time from now, as an operator writes it."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def pinned_ref() -> str:
    """The ref at the version that OpenBao has now."""
    version = openbao.root().call("GET", "secret/data/runtime/postgres")["data"]["metadata"]["version"]
    return f"{REF}@{version}"


def text_of(run: Run) -> str:
    """The output on one line: Ansible wraps."""
    return " ".join(run.output.replace("\\n", " ").split())


def assert_whole(host: Host, generation: str) -> None:
    """The host runs exactly ``generation`` and nothing is left of an activation."""
    state = host.wait_for(settled)
    alive = {name for name, life in state["units"].items() if life != "inactive" and "guard" not in name}
    assert (state["confirmed"], state["trial_links"]) == (generation, [])
    assert {name for name in alive if "activation" not in name} == {"fractalops-api.service"}


@dataclass
class Night:
    """One host behind a node that is this machine, a break-glass log, and somebody who can make bundles."""

    site: Site
    host: Host
    folder: Path
    topology: dict[str, Any]
    key: SigningKey
    identities: list[pyrage.x25519.Identity]
    outputs: list[str] = field(default_factory=list)
    serial: int = 0

    @property
    def log_file(self) -> Path:
        """Of the controller."""
        return self.folder / "audit/break-glass.jsonl"

    @property
    def identity(self) -> Path:
        """Of the first recipient."""
        file = self.folder / "identity"
        file.touch(mode=0o600)
        file.write_text(f"{self.identities[0]}\n")
        return file

    def write(self, **changes: Any) -> None:
        """The topology, with changes of its one service."""
        wanted = copy.deepcopy(self.topology)
        wanted["runtime_assets"]["worker-1"]["services"]["fractalops-api"].update(changes)
        self.site.write(wanted)

    def play(self, playbook: str = REPAIR, *arguments: str, PATH: str = "", **order: str) -> Run:  # noqa: N803
        """Break-glass with a sound order, but for what is given."""
        given = {"asset": "worker-1", "reason": "a bad night", "operator": "on-call", "expires": moment(2)} | order
        path = {"PATH": PATH} if PATH else {}
        words = [f"--extra-vars={json.dumps({name: value})}" for name, value in given.items() if value]
        run = self.site.play(playbook, f"--extra-vars=break_glass_log_file={self.log_file}", *words, *arguments, **path)
        self.outputs.append(run.output)
        return run

    def records(self, event: str | None = None) -> list[dict[str, Any]]:
        """What the chain of the controller says; it always holds."""
        verdict = chain.verify(self.log_file)
        assert verdict.is_whole, verdict.breaks
        records = [entry.record for entry in verdict.entries]
        return [record for record in records if event in (None, record["event"])]

    def host_events(self) -> list[str]:
        """Of the chain on the host."""
        lines = self.host.run(f"cat {chain.HOST_CHAIN}").splitlines()
        return [json.loads(line)["record"]["event"] for line in lines]

    def bundle(self, **changes: Any) -> Path:
        """A sealed bundle of what OpenBao holds."""
        self.serial += 1
        value = openbao.secret("runtime/postgres")["password"]
        pinned = pinned_ref()
        fields: dict[str, Any] = {
            "format": "fractalops-break-glass/1",
            "serial": self.serial,
            "created": moment(-1),
            "expires": moment(24),
            "hosts": ("worker-1",),
            "actions": ("drill", "repair"),
            "refs": (pinned,),
            "recipients": tuple(sorted(str(one.to_public()) for one in self.identities)),
            "operator": "keeper",
            "reason": "quarterly",
            "ciphertext_sha256": "0" * 64,
            "signer": "0" * 16,
            **changes,
        }
        file = self.folder / f"bundle-{self.serial}"
        file.write_bytes(seal(BundleHeader(**fields), {pinned: Secret(value)}, self.key).content())
        return file

    def with_bundle(self, file: Path) -> dict[str, str]:
        """What a play is given to use it."""
        return {"bundle": str(file), "identity": str(self.identity)}


@pytest.fixture(scope="module")
def night(lab: tuple[Container, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A host in order."""
    added = attempt(["ip", "address", "add", f"{NODE}/32", "dev", "lo"])
    assert added.returncode == 0, added.stderr
    private = Ed25519PrivateKey.generate()
    key, identities = SigningKey(private), [pyrage.x25519.Identity.generate() for _ in range(2)]
    worker = site.host(
        1, {"fractalops-api": site.service("fractalops-api", PORT, {"db-password": REF})}, window_seconds=60
    )
    worker["binding"]["container_name"] = lab[0].name
    worker["units"] = {"drop_ins": {"ssh.service": {"directives": {"Service": {"TasksMax": "400"}}}}}
    section = {
        "recipients": [str(one.to_public()) for one in identities],
        "signer": key.public,
        "signing_key": "bao://secret/break-glass/signing#key",
        "valid_days": 35,
    }
    topology = site.topology({"worker-1": worker}, break_glass=section)
    topology["nodes"]["lab-node"] |= {"address": NODE, "containers": {"type": "lxc", "path": str(CONTAINERS)}}
    folder = tmp_path_factory.mktemp("night")
    made = Night(Site(folder / "site"), Host("worker-1", lab[0]), folder, topology, key, identities)
    made.write()
    made.site.deliver_releases()
    run = made.site.play("fractalops.infra.site", "--tags=hosts")
    assert run.returncode == 0, run.output
    yield made
    shown = "".join(made.outputs) + made.log_file.read_text()
    leaked = [marker for marker in openbao.markers() if marker in shown]
    attempt(["ip", "address", "del", f"{NODE}/32", "dev", "lo"])
    assert not leaked


@pytest.mark.parametrize(
    ("order", "what"),
    [
        ({"operator": ""}, "refused, and nothing was touched: add -e asset=ID"),
        ({"asset": "kind_lxc"}, "asset: is not the id of one asset; name one host"),
        ({"asset": "worker-9"}, "asset: 'worker-9' is no LXC asset of this topology; there are: worker-1"),
        ({"expires": "2026-11-20T05:00:00Z"}, "expires: 2026-11-20T05:00:00Z is over"),
    ],
)
def test_an_order_that_lacks_something_is_refused_before_anything_is_touched(
    night: Night, order: dict[str, str], what: str
) -> None:
    before = night.host.state()
    run = night.play(**order)
    assert run.returncode != 0 and what in text_of(run), run.output
    assert night.host.state() == before
    if "add -e" not in what:
        assert night.records()[-1]["event"] == "repair-refused"


def test_a_host_whose_ssh_is_stopped_and_masked_is_repaired_through_its_node(night: Night) -> None:
    host = night.host
    host.run("systemctl mask --now ssh.service && systemctl stop fractalops-api")
    night.write(description="repaired through the node")
    before = host.state()["confirmed"]
    run = night.play()
    assert run.returncode == 0, run.output
    after = host.state()["confirmed"]
    assert after != before
    assert_whole(host, after)
    assert ssh.login(host.container, "true") == ""
    assert f"worker-1: {before} -> {after}" in run.output and "started ssh.service" in run.output
    rungs = night.records("repair-rung")[-2:]
    assert [(one["rung"], one["open"]) for one in rungs] == [("ssh", False), ("attach", True)]
    assert "refused" in rungs[0]["why"].lower()
    ended = night.records("repair-ended")[-1]
    assert (ended["operator"], ended["before"], ended["after"], ended["source"]) == (
        "on-call",
        before,
        after,
        "openbao",
    )
    assert ended["refs"] == [pinned_ref()]
    assert night.host_events() == ["repair-begun", "repair-ended"]


def test_the_next_ordinary_run_ends_the_repair(night: Night) -> None:
    run = night.site.play("fractalops.infra.site", "--tags=hosts")
    assert run.returncode == 0 and not run.hosts_changed, run.output
    assert night.host_events()[-1] == "repair-healed"
    again = night.site.play("fractalops.infra.site", "--tags=hosts")
    assert again.returncode == 0 and night.host_events().count("repair-healed") == 1


def test_a_broken_sshd_is_quoted_and_the_services_are_repaired_all_the_same(night: Night) -> None:
    host = night.host
    host.run("cp /etc/ssh/sshd_config /root/kept; echo Gibberish yes >> /etc/ssh/sshd_config; systemctl stop ssh")
    night.write(description="repaired although sshd is broken")
    before = host.state()["confirmed"]
    run = night.play()
    host.run("mv /root/kept /etc/ssh/sshd_config; systemctl start ssh")
    words = text_of(run)
    assert run.returncode != 0 and "Bad configuration option: Gibberish" in words, run.output
    assert "the services are as they should be, but ssh.service: does not start" in words
    assert host.state()["confirmed"] != before
    assert night.records()[-1]["event"] == "repair-failed"


def test_a_stopped_container_is_repaired_in_its_root_file_system_and_started(night: Night) -> None:
    host = night.host
    before = host.state()["confirmed"]
    host.container.kill()
    night.write(description="repaired while it was stopped")
    run = night.play(REPAIR, "--check", "--diff")
    assert run.returncode == 0 and not host.container.is_running(), run.output
    run = night.play()
    assert run.returncode == 0, run.output
    after = host.state()["confirmed"]
    assert after != before and f"worker-1: {before} -> {after}" in run.output
    assert "if that was on purpose, stop it again" in text_of(run)
    assert_whole(host, after)
    assert host.run("systemctl show ssh --value --property=TasksMax").strip() == "400"
    assert host.answer(PORT)["credential_bytes"]["db-password"] > 0
    rungs = night.records("repair-rung")[-3:]
    assert [one["open"] for one in rungs] == [False, False, True]
    assert rungs[1]["why"] == "the container is stopped, not running"


#: Stands in for Proxmox's tool on a node that is this machine: the same calls, done with plain LXC.
PCT = """#!/bin/sh
root=/var/lib/lxc/$2/rootfs
case $1 in
  config) echo "ostype: debian" ;;
  status) echo "status: $(lxc-info {named} --state --no-humanize | tr A-Z a-z)" ;;
  mount) mkdir -p $root && mount -t overlay overlay -o {layers} $root ;;
  unmount) umount $root && rmdir $root /var/lib/lxc/$2 ;;
  start) exec lxc-start {named} --daemon ;;
  exec) shift 3; exec lxc-attach {named} --clear-env -- "$@" ;;
esac
"""


def test_a_proxmox_node_is_asked_by_pct_and_its_stopped_container_is_repaired(night: Night) -> None:
    """The node's tool is a stand-in; what it mounts, the change of root and the container are real."""
    container = night.host.container
    config = (container.directory / "config").read_text()
    base, delta = re.findall(r"overlay:(.*):(.*)", config)[0]
    tools = night.folder / "tools"
    tools.mkdir()
    named = f"--lxcpath {CONTAINERS} --name {container.name}"
    layers = f"lowerdir={base},upperdir={delta},workdir={container.directory}/work"
    (tools / "pct").write_text(PCT.format(named=named, layers=layers))
    (tools / "pct").chmod(0o755)
    wanted = copy.deepcopy(night.topology)
    wanted["nodes"]["lab-node"]["containers"] = {"type": "proxmox"}
    worker = wanted["runtime_assets"]["worker-1"]
    del worker["binding"]["container_name"]
    worker["services"]["fractalops-api"]["description"] = "repaired by pct"
    night.site.write(wanted)
    before = night.host.state()["confirmed"]
    container.kill()
    run = night.play(PATH=f"{tools}:{site.clean_environment()['PATH']}")
    assert run.returncode == 0, run.output
    after = night.host.state()["confirmed"]
    assert after != before and f"worker-1: {before} -> {after}" in run.output
    assert_whole(night.host, after)
    assert night.host.answer(PORT)["credential_bytes"]["db-password"] > 0


def test_a_node_that_is_another_machine_is_reached_by_ssh(night: Night, lab: tuple[Container, ...]) -> None:
    """The second host is the node of a container that it stands for itself."""
    tool = '#!/bin/sh\n[ $1 = exec ] && shift 3 && exec "$@"\n'
    lab[1].attach(["/bin/sh", "-c", f"printf %s '{tool}' > /usr/local/bin/pct && chmod 755 /usr/local/bin/pct"])
    variables = {
        "ansible_connection": "fractalops.infra.node_attach",
        "ansible_node_tool": "proxmox",
        "ansible_node_container_id": 201,
        "ansible_node_address": lab[1].address,
    }
    asked = ["worker-1", "--module-name=ansible.builtin.command", "--args=hostname"]
    given = [f"--inventory={night.site.inventory}", f"--ssh-common-args=-F {ssh.CONFIG}"]
    run = night.site.run([str(VENV / "bin/ansible"), *asked, *given, f"--extra-vars={json.dumps(variables)}"])
    assert run.returncode == 0 and lab[1].name in run.output, run.output


@pytest.fixture
def no_openbao(night: Night) -> Iterator[None]:
    """Nobody answers at its address."""
    openbao.stop()
    yield
    openbao.start()


def test_without_openbao_services_come_up_after_a_restart_and_a_bundle_repairs(night: Night, no_openbao: None) -> None:
    openbao.start()
    bundle, pinned = night.bundle(), pinned_ref()
    openbao.stop()
    host = night.host
    before = host.state()["confirmed"]
    host.container.kill()
    host.container.start()
    ssh.wait(host.container)
    host.wait_for(lambda state: state["units"].get("fractalops-api.service") == "active")
    assert_whole(host, before)
    assert host.answer(PORT)["credential_bytes"]["db-password"] > 0
    night.write(description="repaired without OpenBao")
    run = night.play()
    assert run.returncode != 0 and "or give a sealed bundle: -e bundle=FILE" in text_of(run), run.output
    assert host.state()["confirmed"] == before
    run = night.play(REPAIR, "-vvv", **night.with_bundle(bundle))
    assert run.returncode == 0, run.output
    after = host.state()["confirmed"]
    assert after != before
    assert_whole(host, after)
    ended = night.records("repair-ended")[-1]
    assert ended["source"] == str(bundle) and ended["refs"] == [pinned]
    assert night.records("bundle-used")[-1]["serial"] == night.serial
    night.write(description="once more")
    run = night.play(**night.with_bundle(bundle))
    assert run.returncode != 0 and "was already repaired with serial" in text_of(run), run.output
    assert night.records("bundle-refused")[-1]["refusal"] == "replayed"
    assert host.state()["confirmed"] == after
    assert night.play(repair="restart").returncode == 0
    run = night.play(repair="rollback", generation="previous")
    assert run.returncode == 0 and host.state()["confirmed"] == before, run.output


def tampered(file: Path) -> Path:
    """The same bundle with one letter of its header changed."""
    file.write_bytes(file.read_bytes().replace(b'"quarterly"', b'"quarterlx"'))
    return file


def test_bundles_that_must_not_be_used_are_refused_by_name_and_on_record(night: Night) -> None:
    """The rest of the reasons are told apart by unit tests of bundles; here each goes through the whole play."""
    expired = {"created": moment(-48), "expires": moment(-24)}
    made = [
        ("expired", night.bundle(**expired)),
        ("wrong-host", night.bundle(hosts=("worker-2",))),
        ("wrong-signature", tampered(night.bundle())),
    ]
    before = night.host.state()
    night.write(description="not with these")
    openbao.stop()
    try:
        for reason, file in made:
            run = night.play(**night.with_bundle(file))
            assert run.returncode != 0, run.output
            assert night.records("bundle-refused")[-1]["refusal"] == reason
            assert night.records("bundle-refused")[-1]["why"] in text_of(run)
            assert night.host.state() == before
    finally:
        openbao.start()


def test_the_next_ordinary_run_changes_only_what_differs(night: Night) -> None:
    """OpenBao is back: the host gets what its topology says, without a way round."""
    night.write(description="in order again")
    run = night.site.play("fractalops.infra.site", "--tags=hosts")
    assert run.returncode == 0 and run.hosts_changed == {"worker-1"}, run.output
    assert night.host_events()[-1] == "repair-healed"
    assert night.site.play("fractalops.infra.site", "--tags=hosts").hosts_changed == set()


def test_a_drill_changes_nothing_and_is_on_record(night: Night) -> None:
    before = night.host.state()
    run = night.play(DRILL, **night.with_bundle(night.bundle()))
    assert run.returncode == 0, run.output
    for part in ("bundle", "way in by ssh", "way in by attach", "host", "break-glass log of the host"):
        assert f"works {part}" in text_of(run)
    assert night.records("drilled")[-1]["passed"] is True
    night.host.run("systemctl stop ssh")
    run = night.play(DRILL)
    night.host.run("systemctl start ssh")
    words = text_of(run)
    assert run.returncode != 0 and "BROKEN way in by ssh" in words and "BROKEN bundle: none was given" in words, words
    assert night.records("drilled")[-1]["passed"] is False
    assert night.host.state() == before


def test_a_changed_line_breaks_the_chain_and_a_drill_says_so(night: Night) -> None:
    kept = night.log_file.read_bytes()
    night.log_file.write_bytes(kept.replace(b'"operator":"on-call"', b'"operator":"nobody."', 1))
    assert not chain.verify(night.log_file).is_whole
    run = night.play(DRILL)
    night.log_file.write_bytes(kept)
    chain.head_file(night.log_file).unlink()
    assert run.returncode != 0 and "BROKEN break-glass log of the controller: line" in text_of(run), run.output
