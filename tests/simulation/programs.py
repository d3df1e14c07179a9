# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs of systemd that the product calls, as far as it calls them; any other command is a failed assertion."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Callable, Mapping

from ansible_collections.fractalops.infra.tests.simulation.process import Process
from ansible_collections.fractalops.infra.tests.simulation.service_manager import ServiceManager, opened, sealed
from ansible_collections.fractalops.infra.tests.simulation.unit import Job

Answer = tuple[int, bytes, bytes]
FINE: Answer = (0, b"", b"")
#: Between ``stop --no-block`` and the stop.
LATER_SECONDS = 0.002
#: What the program of a unit may be told to be by a test.
REFUSED = "NoSuchDirective"


class Programs:
    """Of one boot."""

    def __init__(self, manager: ServiceManager) -> None:
        self._manager = manager
        self._world = manager.world
        self._verbs: dict[str, Callable[[Process, list[str], list[str]], Answer]] = {
            "daemon-reload": self._daemon_reload,
            "kill": self._kill,
            "list-units": self._list_units,
            "reload": self._reload,
            "reset-failed": self._reset_failed,
            "restart": self._restart,
            "show": self._show,
            "start": self._start,
            "stop": self._stop,
            "try-restart": self._try_restart,
        }

    def execute(
        self, process: Process, command: list[str], stdin: bytes, _environment: Mapping[str, str] | None
    ) -> Answer:
        """What a process gets for a command."""
        program, words = command[0], command[1:]
        if program == "systemctl":
            verb = next(word for word in words if not word.startswith("-"))
            options = [word for word in words if word.startswith("--") and word != "--"]
            names = [word for word in words if not word.startswith("-") and word != verb]
            return self._verbs[verb](process, names, options)
        if program == "systemd-run":
            return self._systemd_run(process, words)
        programs: dict[str, Callable[[Process, list[str], bytes], Answer]] = {
            "systemd-creds": self._creds,
            "systemd-tmpfiles": self._tmpfiles,
            "systemd-sysusers": self._sysusers,
            "systemd-analyze": self._fine,
            "journalctl": self._fine,
        }
        return programs[program](process, words, stdin)

    @staticmethod
    def _fine(process: Process, _words: list[str], _stdin: bytes) -> Answer:
        process.read()
        return FINE

    def _daemon_reload(self, process: Process, _names: list[str], _options: list[str]) -> Answer:
        process.effect("daemon-reload")
        self._manager.reload()
        return FINE

    def _kill(self, process: Process, names: list[str], _options: list[str]) -> Answer:
        process.effect("systemctl kill")
        for name in names:
            self._manager.transients.kill(name)
        return FINE if all(map(self._manager.transients.is_known, names)) else (1, b"", b"not loaded")

    def _jobs(self, process: Process, kind: str, names: list[str]) -> Answer:
        """One job after another, then wait for all; whoever is killed in between has asked for some of them."""
        jobs: dict[str, Job] = {}
        for name in names:
            process.effect(f"systemctl {kind}")
            jobs[name] = self._manager.ask(kind, name)
        for job in jobs.values():
            while not job.is_done:
                job.waiting.append(process)
                process.sleep_until(None)
        bad = [name for name, job in jobs.items() if not job.is_good]
        return (1, b"", f"Job for {bad[0]} failed".encode()) if bad else FINE

    def _start(self, process: Process, names: list[str], _options: list[str]) -> Answer:
        return self._jobs(process, "start", names)

    def _restart(self, process: Process, names: list[str], _options: list[str]) -> Answer:
        return self._jobs(process, "restart", names)

    def _try_restart(self, process: Process, names: list[str], _options: list[str]) -> Answer:
        return self._jobs(process, "restart", [name for name in names if self._manager.unit(name).is_up])

    def _stop(self, process: Process, names: list[str], options: list[str]) -> Answer:
        if "--no-block" not in options:
            return self._jobs(process, "stop", [name for name in names if name in self._manager.units])
        process.effect("systemctl stop --no-block")
        for name in names:
            self._world.at(self._world.now + LATER_SECONDS, functools.partial(self._manager.transients.stop, name))
        return FINE

    def _reload(self, process: Process, names: list[str], _options: list[str]) -> Answer:
        for name in names:
            process.effect("systemctl reload")
            unit = self._manager.unit(name)
            if not unit.is_up:
                return 1, b"", f"{name} is not active".encode()
            self._manager.read_config(unit)
        return FINE

    def _reset_failed(self, process: Process, names: list[str], _options: list[str]) -> Answer:
        process.effect("systemctl reset-failed")
        for name in names:
            unit = self._manager.unit(name)
            if unit.state == "failed":
                unit.state, unit.sub, unit.result = "inactive", "dead", "success"
        return FINE

    def _list_units(self, process: Process, patterns: list[str], options: list[str]) -> Answer:
        process.read()
        wanted = next((one.partition("=")[2].split(",") for one in options if one.startswith("--state=")), None)
        lines = [
            f"{name} {self._manager.definition(name).load_state} {unit.state} {unit.sub}"
            for name, unit in sorted(self._manager.units.items())
            if any(fnmatch.fnmatch(name, pattern) for pattern in patterns) and unit.state in (wanted or [unit.state])
        ]
        return 0, "\n".join(lines).encode(), b""

    def _show(self, process: Process, names: list[str], options: list[str]) -> Answer:
        process.read()
        keys = next(one.partition("=")[2] for one in options if one.startswith("--property=")).split(",")
        if not names:
            return 0, f"{keys[0]}={int(self._manager.started * 1e6)}".encode(), b""
        blocks = ("\n".join(f"{key}={self._property(name, key)}" for key in keys) for name in names)
        return 0, "\n\n".join(blocks).encode(), b""

    def _property(self, name: str, key: str) -> object:
        if self._manager.transients.is_known(name):
            active, sub = self._manager.transients.states(name)
            return {"ActiveState": active, "SubState": sub, "Id": name}.get(key, "")
        unit, loaded = self._manager.unit(name), self._manager.definition(name)
        told = {
            "ActiveState": unit.state,
            "SubState": unit.sub,
            "Result": unit.result,
            "ExecMainStatus": unit.status,
            "InvocationID": f"{name} {unit.life}",
            "NRestarts": unit.restarts,
            "MainPID": unit.pid,
            "ActiveEnterTimestampMonotonic": int(unit.entered * 1e6),
            "LoadState": loaded.load_state,
            "FragmentPath": loaded.fragment or "",
            "DropInPaths": " ".join(loaded.dropins),
            "Id": name,
        }
        return told[key] if key in told else loaded.setting(key)

    def _systemd_run(self, process: Process, words: list[str]) -> Answer:
        process.effect("systemd-run")
        end = words.index("--")
        options, command = words[:end], words[end + 1 :]
        if "--wait" in options:  # a unit that does nothing, to see whether it may
            return FINE
        values = dict(one.partition("=")[::2] for one in options)
        due = values.get("--on-startup")
        is_new = self._manager.transients.run(
            values["--unit"].removesuffix(".service"),
            command,
            restarts="--property=Restart=on-failure" in options,
            due=None if due is None else self._manager.started + float(due),
        )
        return FINE if is_new else (1, b"", b"Unit was already loaded")

    def _creds(self, process: Process, words: list[str], stdin: bytes) -> Answer:
        process.read()
        name = next((one.partition("=")[2] for one in words if one.startswith("--name=")), "")
        if words[0] == "encrypt":
            return 0, sealed(name, stdin.decode()), b""
        if words[0] == "decrypt":
            value = opened(self._world.files.text(words[-2]), name)
            return (1, b"", b"cannot be decrypted") if value is None else (0, value.encode(), b"")
        return FINE

    def _tmpfiles(self, process: Process, words: list[str], _stdin: bytes) -> Answer:
        process.effect("systemd-tmpfiles")
        return apply_tmpfiles(self._manager, words[-1])

    def _sysusers(self, process: Process, words: list[str], _stdin: bytes) -> Answer:
        process.effect("systemd-sysusers")
        return apply_sysusers(self._manager, words[-1])


def apply_tmpfiles(manager: ServiceManager, path: str) -> Answer:
    """Folders and links of tmpfiles.d(5)."""
    files = manager.world.files
    text = files.text(path)
    for line in (text or "").splitlines():
        kind, where, *more = line.split()
        if kind == "d":
            files.put_folder(where)
        else:
            assert kind == "L+", line
            files.put_folder(where.rpartition("/")[0])
            files.put_link(where, more[-1])
    return FINE if text is not None else (1, b"", b"no such file")


def apply_sysusers(manager: ServiceManager, path: str) -> Answer:
    """Users of sysusers.d(5)."""
    text = manager.world.files.text(path)
    manager.world.users.update(line.split()[1] for line in (text or "").splitlines())
    return FINE if text is not None else (1, b"", b"no such file")
