# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle on the disk of the controller."""

from __future__ import annotations

import os
import stat

from .bundle import MAX_BYTES, Bundle
from .refusal import BundleRefusedError, Refusal


def read_bundle(path: str) -> Bundle:
    """The bundle in the file ``path``; who owns it does not matter, for it is signed.

    Raises BundleRefusedError: cannot be read, not a bundle, unsigned.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:
            is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
            content = stream.read(MAX_BYTES + 1) if is_file else b""
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a path"
        raise BundleRefusedError(Refusal.NOT_A_BUNDLE, path, reason, "name the file break_glass_bundle wrote") from None
    return Bundle.parse(content, path)
