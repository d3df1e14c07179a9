# SPDX-License-Identifier: GPL-3.0-or-later
"""The real commands of Ansible, with a configuration and a home of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ansible_collections.fractalops.infra.tests.unit.imports import TREE

CONFIG = """\
[defaults]
callback_result_format = json
[inventory]
any_unparsed_is_failed = true
enable_plugins = fractalops.infra.topology
"""


def ansible(
    command: str, folder: Path, *arguments: str, config: str = CONFIG, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run ``ansible-COMMAND`` on ``inventory.yml`` in ``folder``, with more variables in its environment."""
    (folder / "ansible.cfg").write_text(config)
    # Without PYTHONPATH: ansible-test's hides the commands of Ansible.
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHONPATH"))}
    environment = kept | {
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "temp"),
        "ANSIBLE_NOCOLOR": "1",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "ansible", command, "-i", str(folder / "inventory.yml"), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
