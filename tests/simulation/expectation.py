# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host looks like that is wholly on one generation, written down without the code of the product."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import GENERATION_MARK, Generation
from ansible_collections.fractalops.infra.tests.simulation import documents
from ansible_collections.fractalops.infra.tests.simulation.documents import FOREIGN, MASKED, Document
from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.host import Host
from ansible_collections.fractalops.infra.tests.simulation.service_manager import opened

ETC, STORE, DROPIN = "/etc/systemd/system", "/etc/fractalops", "zzzz-fractalops.conf"
TRIAL = "/run/systemd/system.control"
TRIAL_GENERATOR = "/run/systemd/system-generators/fractalops"
CURRENT = "/opt/app/current"


class Expectation:
    """Of a document; of None it is a host that has no generation. The link ``damaged`` may be gone."""

    def __init__(self, document: Document | None, version: str | None = None, damaged: str | None = None) -> None:
        self.document, self.version, self.damaged = document, version, damaged
        self.id = Generation.parse(document).id if document else None
        self.home = f"{STORE}/generations/{self.id}"

    @property
    def units(self) -> dict[str, Any]:
        """By name."""
        found: dict[str, Any] = self.document["units"] if self.document else {}
        return found

    @property
    def _over(self) -> dict[str, Any]:
        return self.document["drop_ins"] if self.document else {}

    @property
    def _masks(self) -> list[str]:
        return self.document["masks"] if self.document else []

    @property
    def _may_rest(self) -> bool:
        return self.version != "1" or MASKED in self._masks

    def _at_home(self, text: str) -> str:
        return text.replace(GENERATION_MARK, self.home)

    @cached_property
    def files(self) -> dict[str, str]:
        """Path → content of what the store holds, but for credentials and the manifest."""
        found = {}
        for name, unit in self.units.items():
            found[f"{self.home}/units/{name}"] = self._at_home(unit["text"])
            found[f"{self.home}/dropins/{name}.d/{DROPIN}"] = self._at_home(unit["dropin"])
            found.update({f"{self.home}/files/{name}/{inner}": text for inner, text in unit["files"].items()})
        found.update({f"{self.home}/dropins/{name}.d/{DROPIN}": one["text"] for name, one in self._over.items()})
        return found

    @cached_property
    def links(self) -> dict[str, str]:
        """Every link of ours in /etc → where it leads."""
        if self.document is None:
            return {}
        confirmed = f"{STORE}/confirmed"
        found = {f"{ETC}/{name}": f"{confirmed}/units/{name}" for name in self.units}
        dropins = [*self.units, *self._over]
        found.update({f"{ETC}/{name}.d/{DROPIN}": f"{confirmed}/dropins/{name}.d/{DROPIN}" for name in dropins})
        found.update({f"{ETC}/multi-user.target.wants/{name}": f"../{name}" for name in self.units})
        if self._masks:
            found["/etc/systemd/system-generators/fractalops"] = f"{confirmed}/generator"
        found["/etc/sysusers.d/fractalops.conf"] = f"{confirmed}/sysusers.conf"
        found["/etc/tmpfiles.d/fractalops.conf"] = f"{confirmed}/tmpfiles.conf"
        return found

    def complaints(self, host: Host) -> Iterator[str]:
        """Why the host is not wholly on this generation."""
        files = host.world.files
        pointer = files.target(f"{STORE}/confirmed")
        if pointer != (f"generations/{self.id}" if self.id else None):
            yield f"the boot pointer leads to {pointer}"
        yield from self.on_disk(files)
        yield from self.of_links(files, is_fresh=host.boots > 1)
        yield from self._of_current(host)
        yield from self._of_services(host)
        yield from self._of_others(host)
        if host.manager.transients.services or host.manager.transients.timers:
            yield f"left behind: {[*host.manager.transients.services, *host.manager.transients.timers]}"

    def on_disk(self, files: FileSystem) -> Iterator[str]:
        for path, content in self.files.items():
            if files.text(path) != content:
                yield f"{path} is {files.text(path)!r}"
        for name, unit in self.units.items():
            for inner, wanted in _values(unit).items():
                value = opened(files.text(f"{self.home}/credentials/{name}/{inner}"), inner)
                if value != wanted:
                    yield f"credential {name} {inner} is {value!r}"

    def of_links(self, files: FileSystem, *, is_fresh: bool) -> Iterator[str]:
        """After a power cut stubs of the generation on trial may be left; they lead nowhere."""
        there = {path: target for path, target in _ours(files).items() if "/." not in path}
        for path, target in self.links.items():
            if there.get(path) != target and path != self.damaged:
                yield f"{path} leads to {there.get(path)}"
        extra = set(there) - set(self.links)
        if not is_fresh or any(files.text(path) is not None for path in extra):
            yield from (f"{path} is left over" for path in sorted(extra))
        on_trial = [path for path in files.links(TRIAL) if "/." not in path]
        on_trial += [TRIAL_GENERATOR] if files.target(TRIAL_GENERATOR) else []
        yield from (f"{path} is on trial" for path in on_trial)

    def _of_current(self, host: Host) -> Iterator[str]:
        """It follows the commit; when the power goes or the disk is full in between, with the next one."""
        target = host.world.files.target(CURRENT)
        allowed = {None if self.version is None else f"releases/{self.version}"}
        if host.boots > 1 or host.was_full:
            allowed |= {f"releases/{version}" for version in documents.RELEASES}
            allowed |= set() if CURRENT in host.lasting else {None}
        if target not in allowed and self.version:
            yield f"{CURRENT} leads to {target}"

    def _of_services(self, host: Host) -> Iterator[str]:
        up = {name for name, unit in host.manager.units.items() if unit.is_up and name.startswith("fractalops-")}
        if up != set(self.units):
            yield f"services that are up: {sorted(up)}"
        for name in sorted(up & set(self.units)):
            unit, one = host.manager.unit(name), self.units[name]
            whole = self._at_home(one["text"] + one["dropin"])
            # A unit that only read its config again was started from the generation before.
            if unit.running is None or (unit.running.whole != whole and not one.get("reloads")):
                yield f"{name} runs {unit.running and unit.running.setting('ExecStart')}"
            if host.manager.definition(name).whole != whole:
                yield f"{name} is loaded as {host.manager.definition(name).whole!r}"
            if unit.config != one["files"].get("config.json"):
                yield f"{name} has read {unit.config!r}"
            if unit.credentials != _values(one):
                yield f"{name} was given {unit.credentials}"

    def _of_others(self, host: Host) -> Iterator[str]:
        foreign, masked = host.manager.unit(FOREIGN), host.manager.unit(MASKED)
        if host.world.files.target(f"{ETC}/multi-user.target.wants/{FOREIGN}") is None:
            yield f"nobody wants {FOREIGN} any more"
        nice = foreign.running.setting("Nice") if foreign.running else "nothing, since it is down"
        if nice != ("5" if FOREIGN in self._over else "0"):
            yield f"{FOREIGN} runs with {nice}"
        if masked.is_up and MASKED in self._masks:
            yield f"{MASKED} is masked and {masked.state}"
        # One whose mask a commit took away is left to whoever starts it; a rollback starts it.
        if not masked.is_up and not self._may_rest:
            yield f"{MASKED} is {masked.state}"


def _values(unit: dict[str, Any]) -> dict[str, str]:
    """Credential → value."""
    return {name: documents.secrets(ref[-1])[ref] for name, ref in unit["credentials"].items()}


def _ours(files: FileSystem) -> dict[str, str]:
    found = {}
    for folder in (ETC, "/etc/sysusers.d", "/etc/tmpfiles.d", "/etc/systemd/system-generators"):
        found.update(files.links(folder))
    return {path: target for path, target in found.items() if not target.startswith("/usr/lib/")}
