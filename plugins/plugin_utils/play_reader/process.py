# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader as a program: ``process.py LISTENING ALIVE FOLDER PID PATH…``, started by ``launch``.

Three descriptors, the process of the run, and where Python finds modules. Nothing of it is secret.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

#: ``plugins`` under a name of our own: Ansible's loader, which finds collections, is not in this process.
_PACKAGE = "fractalops_infra"


def main(arguments: list[str]) -> None:
    """Serve until the run ends."""
    listening, alive, folder, pid, *paths = arguments
    sys.path[:] = paths
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [str(Path(__file__).parents[2])]
    sys.modules[_PACKAGE] = package
    service = importlib.import_module(f"{_PACKAGE}.plugin_utils.play_reader.service")
    service.serve(int(listening), int(alive), int(folder), int(pid))


if __name__ == "__main__":
    main(sys.argv[1:])
