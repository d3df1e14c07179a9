# SPDX-License-Identifier: GPL-3.0-or-later
"""A real host that is given generations by the real module, without a play: one start of Python per activation."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.document import host_document
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.generation import generation_document, refs
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.unit_template import UnitTemplates
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.runtime_asset import LxcAsset
from ansible_collections.fractalops.infra.tests.lab import site
from ansible_collections.fractalops.infra.tests.lab.command import attempt
from ansible_collections.fractalops.infra.tests.lab.container import Container
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT

COLLECTION = "ansible_collections/fractalops/infra"
TEMPLATES = PROJECT / "roles/host/templates"
ZIP = "/run/infra.zip"
#: Unpacked, because Python keeps what it compiled of a folder: a start costs a third.
MODULES = "/opt/infra"
#: What AnsiballZ does: arguments by standard input, the module as the main program.
START = f"""
import runpy, sys
sys.path.insert(0, "{MODULES}")
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"
runpy.run_module("ansible_collections.fractalops.infra.plugins.modules.%s", run_name="__main__")
"""
OWNER = "a test"
Document = dict[str, Any]


@dataclass(frozen=True)
class DirectHost:
    """One container. ``secrets`` maps a pinned ref to its value."""

    container: Container
    secrets: Mapping[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """The modules, and the lab's releases; again after every boot, as both Ansible and a test would."""
        self.put(ZIP, _modules())
        self.run(f"rm -rf {MODULES} && python3 -m zipfile -e {ZIP} {MODULES} && rm {ZIP}")
        for path in sorted((PROJECT / "tests/lab/releases").rglob("*")):
            if path.is_file():
                target = f"/opt/fractalops/releases/{path.relative_to(PROJECT / 'tests/lab/releases')}"
                self.put(target, path.read_bytes(), 0o755)

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file on the host."""
        text = base64.b64encode(content).decode()
        command = f"mkdir -p $(dirname {path}) && base64 -d > {path} && chmod {mode:o} {path}"
        self.container.attach(["/bin/sh", "-c", command], stdin=text)

    def run(self, command: str, *, timeout_seconds: float = 60) -> str:
        """Standard output of a shell command on the host."""
        return self.container.attach(["/bin/sh", "-c", command], timeout_seconds=timeout_seconds)

    def module(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The answer of one of the collection's modules."""
        command = self.container.inside(["/usr/bin/python3", "-I", "-c", START % name])
        ended = attempt(command, stdin=asked(**arguments), timeout_seconds=120)
        assert ended.stdout.strip(), ended.stderr
        answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return answer

    def info(self) -> dict[str, Any]:
        """``host_generation_info``: the product's own judgement."""
        return self.module("host_generation_info")

    def activate(self, document: Document) -> dict[str, Any]:
        """Stage and try ``document``; the answer when it is healthy or has ended, not confirmed."""
        payload = json.dumps({"generation": document, "secrets": dict(self.secrets)})
        answer = self.module("host_generation", payload=payload, owner=OWNER)
        if "watch" in answer:
            answer |= self._watched(answer["watch"])
        return answer

    def confirm(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Commit what became healthy. The outcome, or ``msg`` and ``failed`` when it was refused."""
        return self._told(answer["confirm"])

    def apply(self, document: Document) -> dict[str, Any]:
        """Activate, and confirm what became healthy."""
        answer = self.activate(document)
        if answer.get("failed") or "confirm" not in answer:
            return answer
        return answer | self.confirm(answer)

    def whole(self, document: Document) -> str:
        """Bring the host to ``document``, without one finding; the id of its generation."""
        answer = self.apply(document)
        assert not answer.get("failed"), answer
        assert self.info()["findings"] == []
        return str(answer["generation"])

    def settle(self, seconds: float = 60) -> dict[str, Any]:
        """``info`` as soon as no activation is open."""
        give_up = time.monotonic() + seconds
        while True:
            info = self.info()
            if info["transaction"] is None:
                return info
            assert time.monotonic() < give_up, info
            time.sleep(0.1)

    def _watched(self, command: list[str]) -> dict[str, Any]:
        while True:
            told = self._told([*command, "1000000"])
            if told.get("failed") or told["outcome"]:
                outcome: dict[str, Any] = told.get("outcome") or told
                return outcome

    def _told(self, command: list[str]) -> dict[str, Any]:
        ended = attempt(self.container.inside(command), timeout_seconds=120)
        if ended.returncode:
            return {"failed": True, "msg": ended.stderr.strip()}
        told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return told


def asked(**arguments: Any) -> str:
    """What a module gets by standard input; Ansible's log on the host is off, as the action does it."""
    how = {"remote_tmp": "/run", "keep_remote_files": False, "no_log": True}
    return json.dumps({"ANSIBLE_MODULE_ARGS": arguments | {f"_ansible_{name}": value for name, value in how.items()}})


def document(
    services: dict[str, Any],
    templates: Mapping[str, str] | None = None,
    window_seconds: int = 40,
    soak_seconds: int = 0,
) -> Document:
    """The generation of these services, by the same way as in a play: topology, host document, generation."""
    wanted = site.topology({"host": site.host(1, services)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / site.SCHEMA.name).write_bytes(site.SCHEMA.read_bytes())
        (folder / "topology.yml").write_text(yaml.dump(wanted, Dumper=site.WrittenOut, sort_keys=False))
        topology = load_topology(folder / "topology.yml").topology
    asset = topology.runtime_assets["host"]
    assert isinstance(asset, LxcAsset)
    made = host_document("host", asset)
    given = UnitTemplates(templates or shipped_templates())
    plain: Document = json.loads(json.dumps(generation_document(made, given, {ref: pinned(ref) for ref in refs(made)})))
    # Shorter than a topology may ask for: a test that waits for a guard waits for no human.
    plain["activation"] = {"window_seconds": window_seconds, "soak_seconds": soak_seconds}
    return plain


def shipped_templates() -> dict[str, str]:
    """The unit templates of the role, by name."""
    return {path.name: path.read_text() for path in TEMPLATES.glob("*.j2")}


def pinned(ref: str) -> str:
    """The ref at its first version."""
    return ref + "@1"


def _modules() -> bytes:
    """Ansible's side of a module and ours, as one zip."""
    packed = io.BytesIO()
    home = Path(ansible.__file__).parent
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ansible/__init__.py", f"__version__ = {ansible.release.__version__!r}\n")
        archive.write(home / "release.py", "ansible/release.py")
        for path in sorted((home / "module_utils").rglob("*.py")):
            archive.write(path, f"ansible/{path.relative_to(home)}")
        for above in ("ansible_collections", "ansible_collections/fractalops", COLLECTION, f"{COLLECTION}/plugins"):
            archive.writestr(f"{above}/__init__.py", "")
        for part in ("module_utils", "modules"):
            archive.writestr(f"{COLLECTION}/plugins/{part}/__init__.py", "")
            for path in sorted((PROJECT / "plugins" / part).rglob("*.py")):
                archive.write(path, f"{COLLECTION}/plugins/{path.relative_to(PROJECT / 'plugins')}")
    return packed.getvalue()
