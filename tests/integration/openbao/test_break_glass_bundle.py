# SPDX-License-Identifier: GPL-3.0-or-later
"""Sealed bundles from a real OpenBao, in real plays at the highest verbosity: made, kept, verified, refused."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pyrage
import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import chain
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import (
    Bundle,
    Policy,
    SigningKey,
    Use,
    open_bundle,
    read_bundle,
    verify,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.secret import Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.text import time_text
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import settings
from ansible_collections.fractalops.infra.tests.integration.openbao.controller import Controller, Played
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server
from ansible_collections.fractalops.infra.tests.lab.leak import Watch, in_folder, in_text
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CANARY = "canary-77aa01c3 {{ 1 + 1 }}/+ü"
KEY = Ed25519PrivateKey.generate()
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
SIGNER = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
IDENTITIES = [pyrage.x25519.Identity.generate() for _ in range(2)]
MAKER = """
path "secret/data/app/*"               { capabilities = ["read"] }
path "secret/data/break-glass/signing" { capabilities = ["read"] }
"""
PLAY = "fractalops.infra.break_glass_bundle"


def _asset(number: int, credentials: dict[str, str]) -> dict[str, Any]:
    place = {"type": "lxc", "node": "pve1", "container_id": 200 + number, "network": "lab"}
    service = {"user": f"svc{number}", "exec": ["/bin/true"], "credentials": credentials, "hardening": "strict"}
    binding = {**place, "address": f"10.20.30.{10 + number}"}
    return {"role": "worker", "binding": binding, "services": {f"svc{number}": service}}


def _topology(server: Server, **other: Any) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "profile": "lab",
        "openbao": settings(server),
        "networks": {"lab": {"cidr": "10.20.30.0/24", "gateway": "10.20.30.1"}},
        "nodes": {"pve1": {"address": "10.20.30.2"}},
        "runtime_assets": {
            "web-1": _asset(1, {"password": "bao://secret/app/postgres#password"}),
            "web-2": _asset(2, {"key": "bao://secret/app/worker#key", "old": "bao://secret/app/postgres#password@1"}),
        },
        "break_glass": {
            "recipients": [str(identity.to_public()) for identity in IDENTITIES],
            "signer": SIGNER,
            "signing_key": "bao://secret/break-glass/signing#key",
            "valid_days": 35,
        },
        **other,
    }


class Night:
    """A controller, and what it needs to make a bundle and to look at one."""

    def __init__(self, controller: Controller, server: Server) -> None:
        self.controller, self.server = controller, server
        self.bundle_file = controller.folder / "night.bundle"
        self.log_file = controller.folder / "audit" / "break-glass.jsonl"
        self.maker = server.approle("bundle-maker", MAKER)
        self.identity = server.private("identity", f"# of a safe\n{IDENTITIES[1]}\n")

    def play(self, *flags: str, **other: Any) -> Played:
        said = {"bundle": str(self.bundle_file), "operator": "ops", "reason": "quarterly"}
        files = {"break_glass_log_file": str(self.log_file), "openbao_bundle_credentials_file": self.maker}
        return self.controller.play(PLAY, *flags, **{**said, **files, **other})

    def refusals(self, crafted: dict[str, tuple[bytes, str]]) -> list[tuple[str, str]]:
        """Word and words for each bundle and identity that is looked at, all in one play; each must be on record."""
        files = []
        for name, (content, identity) in crafted.items():
            file = self.controller.folder / f"{name}.bundle"
            file.write_bytes(content)
            files.append({"path": str(file), "identity": identity})
        said = {"operator": "ops", "reason": "a drill", "hosts": ["web-1"], "state": "verified"}
        places = {"topology": str(self.controller.folder / "topology.yml"), "log_file": str(self.log_file)}
        look = {"fractalops.infra.break_glass_bundle": {**said, **places, "path": "{{ item.path }}"}}
        look["fractalops.infra.break_glass_bundle"]["identity"] = "{{ item.identity or omit }}"
        task = {**look, "loop": files, "ignore_errors": True}
        play = self.controller.folder / "play.yml"
        play.write_text(json.dumps([{"hosts": "control_plane", "gather_facts": False, "tasks": [task]}]))
        run = self.controller.play("play.yml")
        found = [entry.record for entry in chain.verify(self.log_file).entries if entry.record["reason"] == "a drill"]
        told = [(record["refusal"], record["why"]) for record in found if record["event"] == "bundle-refused"]
        assert all(json.dumps(why)[1:-1] in run.output for _word, why in told)
        assert all(f'"refusal": "{word}"' in run.output for word, _why in told)
        return told

    def opened(self, host: str, *needs: str) -> dict[str, str]:
        policy = Policy((), SIGNER, "", 35)
        verified = verify(self.bundle, policy, Use(host, "repair", "ops", "test", needs), dt.datetime.now(dt.UTC))
        return {ref: value.reveal() for ref, value in open_bundle(verified, Secret(str(IDENTITIES[0]))).items()}

    @property
    def bundle(self) -> Bundle:
        return read_bundle(str(self.bundle_file))


@pytest.fixture(scope="module", name="night")
def _night(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Night:
    server.write("app/postgres", {"password": f"{CANARY}-old"})
    server.write("app/postgres", {"password": CANARY})
    server.write("app/worker", {"key": f"{CANARY}-key"})
    server.write("break-glass/signing", {"key": PEM})
    return Night(Controller(tmp_path_factory.mktemp("controller"), _topology(server)), server)


def test_check_create_again_rotate_and_verify(night: Night, server: Server) -> None:
    checked = night.play("--check")
    assert (checked.returncode, checked.changed) == (0, True), checked.output
    assert "+  - bao://secret/app/postgres#password@2" in checked.output
    assert not night.bundle_file.exists()
    made = night.play(identity=night.identity)
    assert made.returncode == 0, made.output
    assert made.changed
    assert night.opened("web-1", "bao://secret/app/postgres#password") == {
        "bao://secret/app/postgres#password@1": f"{CANARY}-old",
        "bao://secret/app/postgres#password@2": CANARY,
        "bao://secret/app/worker#key@1": f"{CANARY}-key",
    }
    again = night.play()
    assert (again.returncode, again.changed) == (0, False), again.output
    before, reads = night.bundle.header.serial, len(server.requests_for("secret/data/"))
    server.write("app/worker", {"key": f"{CANARY}-next"})
    assert night.play().changed
    assert night.bundle.header.serial > before
    assert len(server.requests_for("secret/data/")) == reads + 4 + 1, "three places, the signing key, and our own write"
    assert night.opened("web-2")["bao://secret/app/worker#key@2"] == f"{CANARY}-next"
    assert chain.verify(night.log_file).is_whole


def test_bundles_are_refused_by_name(night: Night) -> None:
    night.play()
    good, content = night.bundle, night.bundle_file.read_bytes()
    past = time_text(dt.datetime.now(dt.UTC) - dt.timedelta(days=20))

    def signed(**other: Any) -> bytes:
        header = replace(good.header, **other)
        return replace(good, header=header, signature=SigningKey(KEY).sign(header.line())).content()

    stranger = night.server.private("stranger", str(pyrage.x25519.Identity.generate()))
    found = night.refusals(
        {
            "host": (signed(hosts=("web-2",)), ""),
            "past": (signed(created=past, expires=past), ""),
            "ciphertext": (content[:-9] + (b"A" if content[-9:-8] != b"A" else b"B") + content[-8:], ""),
            "header": (content.replace(b"quarterly", b"Quarterly"), ""),
            "bare": (b"\n".join([good.header.line(), b"", b"AAAA", b""]), ""),
            "mine": (content, stranger),
            "opened": (content, night.identity),
            "older": (signed(serial=good.header.serial - 1), ""),
        }
    )
    words = "wrong-host expired other-ciphertext wrong-signature unsigned wrong-identity replayed".split()
    assert [word for word, _why in found] == words
    assert "not for host 'web-1' but for web-2" in found[0][1]
    assert chain.verify(night.log_file).is_whole


def test_a_changed_audit_line_is_loud_and_stops_nothing(night: Night) -> None:
    whole, head = night.log_file.read_bytes(), chain.verify(night.log_file).head
    night.log_file.write_bytes(whole.replace(b'"operator":"ops"', b'"operator":"spo"', 1))
    run = night.play("--tags", "verify", bundle_hosts=["web-1"])
    assert run.returncode == 0
    assert "[WARNING]: break-glass log" in run.output
    told = night.controller.task("break_glass_log_info", {"path": str(night.log_file), "expected_head": str(head)})
    assert '"whole": false' in told.output
    assert '"kind": "changed"' in told.output
    night.log_file.write_bytes(whole)
    assert chain.verify(night.log_file, head).is_whole


def test_no_value_is_anywhere_and_the_search_would_find_it(night: Night) -> None:
    values = [CANARY, f"{CANARY}-old", f"{CANARY}-key", "canary-77aa01c3", PEM.splitlines()[2], str(IDENTITIES[1])]
    with Watch([*values[:4], values[5]]) as watch:
        made = night.play("--check", bundle_hosts=["web-2"])
    failed = night.play(openbao_bundle_credentials_file=night.server.approle("nobody", 'path "secret/none" {}'))
    verified = night.play("--tags", "verify", identity=night.identity)
    assert (made.returncode, verified.returncode) == (0, 0), verified.output
    assert failed.returncode != 0
    texts = {"made": made.output, "failed": failed.output, "verified": verified.output}
    assert in_text(values, texts) == []
    assert watch.rounds > 5
    assert watch.found == set()
    assert in_folder(values, night.controller.folder) == []
    assert (night.controller.folder / "ansible.log").stat().st_size > 1000
    control = night.controller.folder / "control"
    control.write_text(json.dumps(night.opened("web-1")))
    assert in_folder(values, night.controller.folder) == [str(control)]
    control.unlink()


def test_what_is_missing_is_said(night: Night, server: Server) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    section = {**_topology(server)["break_glass"], "signer": base64.b64encode(other).decode()}
    night.controller.write(_topology(server, break_glass=section))
    assert f"its public half is {SIGNER}, not break_glass.signer" in night.play("--check").output
    without = {name: part for name, part in _topology(server).items() if name != "break_glass"}
    night.controller.write(without)
    assert "The topology has no section break_glass" in night.play().output
    night.controller.write(_topology(server))
