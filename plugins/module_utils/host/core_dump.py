# SPDX-License-Identifier: GPL-3.0-or-later
"""What a crash leaves of a process that holds secrets: nothing."""

from __future__ import annotations

import resource


def forbid() -> None:
    """No core dump of this process, and of no child that does not ask for one.

    One byte, and not none: for a program that is given cores by a pipe, Linux asks for no limit but exactly this one
    (fs/coredump.c); for a file it is too little for any core.
    """
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0 if most == 0 else 1, most))
