# SPDX-License-Identifier: GPL-3.0-or-later
"""The package ``host`` as a folder on the host, for what outlives the module: activation, guard and confirm.

A folder and not a zip, because Python keeps what it compiled of a folder: every later start costs half as much.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pkgutil
import shutil
import sys
from pathlib import Path
from typing import Callable

from .. import core_dump
from ..host_error import HostError, told
from ..layout import Layout
from ..transaction import watch
from . import guard

PACKAGE = "fractalops_host"
PROOF = (
    *("__init__", "capability", "capability_look", "control_group", "directive", "filter_look", "group_look"),
    *("host", "in_force", "look", "mount_look", "mount_table", "process", "process_look", "subject"),
)
MODULES = (
    *("__init__", "core_dump", "generation", "host_error", "layout"),
    *(f"activation/{name}" for name in ("__init__", "activation", "agent", "guard", "rollback")),
    *(f"health/{name}" for name in ("__init__", "check", "command", "get", "health", "probe")),
    *(f"proof/{name}" for name in PROOF),
    *(f"store/{name}" for name in ("__init__", "ciphertext", "credential", "current_link", "durable", "store")),
    *("store/replaced_file", "store/unit_link"),
    *(f"systemd/{name}" for name in ("__init__", "effective", "exit_status", "journal", "systemd", "unit_file")),
    *(f"transaction/{name}" for name in ("__init__", "history", "outcome", "progress", "transaction", "watch")),
)
_HOST = __package__.rpartition(".")[0]
_MAIN = f"import sys\nfrom {PACKAGE}.activation.agent import main\nsys.exit(main(*sys.argv[1:]))\n".encode()


def install(layout: Layout) -> Path:
    """The agent's folder on this host; written to /run when absent, named by its content."""
    files = sources()
    digest = hashlib.sha256(b"\0".join(name.encode() + content for name, content in sorted(files.items())))
    folder = layout.run / f"agent-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        temporary = layout.run / f".agent.{os.getpid()}"
        shutil.rmtree(str(temporary), ignore_errors=True)
        for name, content in files.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).write_bytes(content)
        os.rename(str(temporary), str(folder))
    return folder


@functools.lru_cache(maxsize=1)
def sources() -> dict[str, bytes]:
    """File name → content of the agent, read from wherever Ansible put this package."""
    files = {"__main__.py": _MAIN}
    for name in MODULES:
        source = pkgutil.get_data(_HOST, name + ".py")
        if source is None:
            raise HostError(name, "has no source to install", "report it")
        files[f"{PACKAGE}/{name}.py"] = source
    return files


def main(task: str, *arguments: str) -> int:
    """Run one task of the agent; systemd sees the exit code and restarts a guard that failed."""
    from . import activation  # noqa: PLC0415  # only the agent needs it: a module that has nothing to do starts sooner

    core_dump.forbid()
    tasks: dict[str, Callable[..., None]] = {
        "activate": activation.activate,
        "confirm": activation.confirm_and_say,
        "guard": guard.act,
        "sleep-then-guard": guard.sleep_then_act,
        "watch": watch.watch_and_say,
    }
    try:
        tasks[task](Layout(), *arguments)
    except HostError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{told(error)}\n")
        return 1
    return 0
