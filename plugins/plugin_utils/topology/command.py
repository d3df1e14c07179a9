# SPDX-License-Identifier: GPL-3.0-or-later
"""How a command of ours ends, whatever it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from ..errors import InfraError


def exit_with(main: Callable[[], int]) -> None:
    """Run ``main`` and exit with its status; 1 with the words of an InfraError, or when nobody reads any more."""
    try:
        code = main()
        sys.stdout.flush()
    except InfraError as error:
        print(error, file=sys.stderr)
        code = 1
    except BrokenPipeError:
        # The reader has seen enough, as ``head`` does; Python would write a traceback when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
