# SPDX-License-Identifier: GPL-3.0-or-later
"""What a real host refuses before anything that runs has changed: units, credentials and archives that are wrong."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import DROPIN, SERVICE
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import (
    DirectHost,
    Document,
    document,
    pinned,
    shipped_templates,
)
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge
from ansible_collections.fractalops.infra.tests.lab import disk

REF = "bao://secret/runtime/postgres#password"
CREDENTIAL = "credentials/fractalops-idle.service/password"


def service(**changes: Any) -> dict[str, Any]:
    """Works, and has a credential."""
    command = ["/bin/sleep", "infinity"]
    basic = {"user": "fractalops-idle", "exec": command, "hardening": "standard", "credentials": {"password": REF}}
    return {**basic, **changes}


def wanted(templates: dict[str, str] | None = None, **changes: Any) -> Document:
    """A generation with that service."""
    return document({"fractalops-idle": service(**changes)}, templates)


@pytest.fixture(scope="module")
def host() -> Iterator[DirectHost]:
    """A host."""
    container, its_disk = disk.up("refusal", 44, 64)
    made = DirectHost(container, {pinned(REF): "s3cret-of-a-test"})
    made.prepare()
    yield made
    disk.down(container, its_disk)


@pytest.fixture
def old(host: DirectHost) -> str:
    """The generation the host is on, whole."""
    return host.whole(wanted())


def history(host: DirectHost) -> int:
    """How many events there were; a refusal is none, since no trial began."""
    return int(host.run("wc -l < /etc/fractalops/history.jsonl"))


#: Template, what to put into it, and what systemd says of it.
SPOILT = {
    "a line that is no setting": (SERVICE, "this is no setting", "Missing '=', ignoring line"),
    "a section that is not closed": (SERVICE, "[Service", "Invalid section header"),
    "an unknown section": (SERVICE, "[Servize]\nUser=root", "Unknown section 'Servize'"),
    "a misspelt directive": (DROPIN, "LoadCredentals=x:/y", "Unknown key 'LoadCredentals'"),
    "a misspelt value": (DROPIN, "ProtectSystem=stirct", "Failed to parse"),
    "a directive of another section": (SERVICE, "WantedBy=multi-user.target", "Unknown key 'WantedBy'"),
    "a command that is not there": (SERVICE, "ExecStartPre=/usr/bin/absent", "is not executable"),
    "a relative command": (SERVICE, "ExecStop=:./stop", "nor an absolute path: ./stop"),
}


@pytest.mark.fault(17, "a unit file that cannot be parsed")
@pytest.mark.fault(18, "a directive that is misspelt")
@pytest.mark.parametrize("what", SPOILT)
def test_a_unit_that_systemd_would_not_take_as_it_is_is_refused(
    host: DirectHost, judge: Judge, old: str, what: str
) -> None:
    name, line, words = SPOILT[what]
    templates = shipped_templates()
    templates[name] = f"{templates[name].rstrip()}\n{line}\n"
    before = history(host)
    answer = host.apply(wanted(templates, description=what))
    assert answer["failed"] and "stage" not in answer, answer
    assert "systemd-analyze verify: " in answer["msg"] and words in answer["msg"], answer["msg"]
    assert "fix the unit templates or the service" in answer["msg"]
    assert history(host) == before
    judge.whole(host, old, "refused")


NASTY = "100% of $HOME $(id) `id` %n %% $$ \\ ' \" ; # end"
#: Braces in a command are for our placeholders; whatever else holds them is refused by the topology.
JINJA = NASTY + " {{ 1 + 1 }} {% raw %} ${x}"


@pytest.mark.fault(37, "Jinja in any text of a topology")
@pytest.mark.fault(38, "% and $ in unit values")
def test_untrusted_text_is_literal_in_the_unit_its_process_and_its_config(
    host: DirectHost, judge: Judge, old: str
) -> None:
    print_and_stay = "print(__import__('sys').argv[1:], flush=True); __import__('time').sleep(1e9)"
    config = {"format": "json", "schema": "service.schema.json"}
    answer = host.apply(
        wanted(
            description=JINJA,
            exec=["/usr/bin/python3", "-c", print_and_stay, NASTY, "{config}"],
            config={**config, "content": {"name": JINJA, "port": 8081, "credentials": []}},
        )
    )
    assert not answer.get("failed"), answer
    assert host.run("systemctl show --value --property=Description fractalops-idle").rstrip("\n") == JINJA
    command = host.run("cat /proc/$(systemctl show --value --property=MainPID fractalops-idle)/cmdline").split("\0")
    assert command[3] == NASTY
    assert json.loads(host.run(f"cat {command[4]}"))["name"] == JINJA
    judge.whole(host, answer["generation"], "new")


@pytest.mark.fault(38, "a line break in a unit value")
@pytest.mark.parametrize("text", ["x\nExecStart=/bin/false", "x\r[Service]", "x\\", "\x1ageneration\x1a"])
def test_a_value_that_could_bring_a_directive_is_refused_on_the_controller(
    host: DirectHost, judge: Judge, old: str, text: str
) -> None:
    with pytest.raises(InfraError):
        wanted(description=text)
    judge.whole(host, old, "refused")


@pytest.mark.fault(35, "the source of a credential is a link")
@pytest.mark.parametrize("link", ["ln -sf /etc/shadow", "ln -sf /root/copy", "ln -f /root/copy"])
def test_a_credential_behind_a_link_is_drift_and_repaired_with_its_target_untouched(
    host: DirectHost, judge: Judge, old: str, link: str
) -> None:
    path = f"/etc/fractalops/generations/{old}/{CREDENTIAL}"
    facts = "stat -c '%a %U %G' /etc/shadow /root/copy && sha256sum /etc/shadow /root/copy"
    host.run(f"cp {path} /root/copy && chmod 640 /root/copy && chown root:mail /root/copy")
    host.run(f"rm {path} && {link} {path}" if link.startswith("ln -s") else f"rm {path} && ln /root/copy {path}")
    before = host.run(facts)
    info = host.info()
    assert {finding["kind"] for finding in info["findings"]} <= {"mode", "credential"} and info["findings"], info
    assert [one["problem"] for one in info["generations"] if one["id"] == old] == [f"{CREDENTIAL} damaged"]
    mended = host.apply(wanted())
    assert not mended.get("failed") and mended["changed"], mended
    judge.whole(host, old, "old")
    assert host.run(f"stat -c '%F %a %U %h' {path}").strip() == "regular file 600 root 1"
    assert host.run(facts) == before
    host.run("rm /root/copy")


@pytest.mark.fault(35, "the source of a credential becomes a link in the generation to go back to")
def test_a_generation_with_a_credential_behind_a_link_is_not_gone_back_to(
    host: DirectHost, judge: Judge, old: str
) -> None:
    new = host.apply(wanted(description="newer"))
    assert not new.get("failed"), new
    path = f"/etc/fractalops/generations/{old}/{CREDENTIAL}"
    host.run(f"ln -sf /etc/shadow {path}")
    answer = host.module("host_generation", payload=f'{{"back_to": "{old}"}}', owner="a test", reason="a test")
    assert answer["failed"] and f"is not whole ({CREDENTIAL} damaged)" in answer["msg"], answer
    judge.whole(host, new["generation"], "refused")


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    """One member of an archive."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, link, mode
    return made


HOSTILE = {
    "hard link": (member("b", tarfile.LNKTYPE, "bin/good"), "'b': is a hard link"),
    "FIFO": (member("pipe", tarfile.FIFOTYPE), "'pipe': is a FIFO"),
    "device": (member("sda", tarfile.BLKTYPE), "'sda': is a block device"),
    "parent": (member("../../../../etc/cron.d/x"), "leaves the release"),
    "absolute": (member("/etc/cron.d/x"), "is absolute"),
    "setuid": (member("su", mode=0o4755), "'su': is setuid"),
    "link out": (member("l", tarfile.SYMTYPE, "../../../../etc"), "is a link that leaves the release"),
}


@pytest.mark.fault(32, "a hard link, FIFO or device in an archive, on a host")
@pytest.mark.fault(33, "a member that leaves the release or is setuid, on a host")
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_refused_on_a_real_host(host: DirectHost, judge: Judge, old: str, what: str) -> None:
    hostile, words = HOSTILE[what]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(member("bin/good"))
        archive.addfile(hostile)
    content = packed.getvalue()
    wanted_release = {"app": "shop", "id": "hostile", "digest": "0" * 64, "keep": 1}
    folder = host.module("release", **wanted_release)["send_to"]
    host.put(f"{folder}/a.tar", content, 0o600)
    given = {"name": "a.tar", "sha256": hashlib.sha256(content).hexdigest(), "max_bytes": 1 << 20, "max_members": 9}
    answer = host.module("release", **wanted_release, incoming=given)
    assert answer["failed"] and words in answer["msg"], answer
    assert host.run("find /opt/shop/releases -mindepth 1").split() == ["/opt/shop/releases/.incoming"]
    assert host.run("ls /etc/cron.d 2>/dev/null || true").split().count("x") == 0
    judge.whole(host, old, "refused")
