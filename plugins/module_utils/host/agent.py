# SPDX-License-Identifier: GPL-3.0-or-later
"""This package as one file on the host, for the units that outlive the module: activation and guard."""

from __future__ import annotations

import hashlib
import io
import os
import pkgutil
import sys
import zipfile
from pathlib import Path

from .host_error import HostError
from .layout import Layout

MODULES = (
    "__init__ activation agent credential durable effective generation guard health history host_error layout "
    "precheck rollback store systemd transaction unit_link"
).split()
_MAIN = b"import sys\nfrom fractalops_host.agent import main\nsys.exit(main(sys.argv[1]))\n"


def install(layout: Layout) -> Path:
    """The agent's path on this host; written to /run when absent, named by its content."""
    content = packed()
    path = layout.run / "agent-{0}.pyz".format(hashlib.sha256(content).hexdigest()[:16])
    if not path.exists():
        temporary = path.with_suffix(".{0}".format(os.getpid()))
        temporary.write_bytes(content)
        os.replace(str(temporary), str(path))
    return path


def packed() -> bytes:
    """The package as a zip that Python runs; the same bytes for the same sources."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py"), _MAIN, zipfile.ZIP_DEFLATED)
        for name in MODULES:
            source = pkgutil.get_data(__package__, name + ".py")
            if source is None:
                raise HostError(name, "has no source to pack", "report it")
            archive.writestr(zipfile.ZipInfo("fractalops_host/{0}.py".format(name)), source, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def main(task: str) -> int:
    """Run one task of the agent; systemd sees the exit code and restarts a guard that failed."""
    from . import activation, guard

    tasks = {"activate": activation.activate, "guard": guard.act, "sleep-then-guard": guard.sleep_then_act}
    try:
        tasks[task](Layout())
    except HostError as error:
        sys.stderr.write("{0}\n".format(error))
        return 1
    return 0
